# id: P218
# mode: scan
# level: suspicious
# title: a shell script of no package among the programs of packages
# due: now
word name
pick place /usr/bin /usr/sbin /usr/lib/openssh /usr/games
printf '#!/bin/sh\nexec 3<>/dev/udp/127.0.0.1/9; id >&3\n' >"$place/$name"
chmod 755 "$place/$name"
said path "$place/$name"
