# id: P42
# mode: scan
# level: suspicious
# title: a generator of no package
# due: now
word name
mkdir -p /etc/systemd/system-generators
printf '#!/bin/sh\nexit 0\n' >"/etc/systemd/system-generators/$name"
chmod 755 "/etc/systemd/system-generators/$name"
said path "/etc/systemd/system-generators/$name"
