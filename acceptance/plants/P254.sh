# id: P254
# mode: scan
# level: suspicious
# title: a script that runs when a kernel is installed
# due: now
word name
pick place /etc/kernel/postinst.d /etc/kernel/preinst.d /etc/kernel/install.d
mkdir -p "$place"
printf '#!/bin/sh\n/var/tmp/.%s/build "$1" >/dev/null 2>&1\n' "$name" >"$place/zz-$name"
chmod 755 "$place/zz-$name"
said path "$place/zz-$name"
