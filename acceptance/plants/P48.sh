# id: P48
# mode: scan
# level: suspicious
# title: rc.local and a start script of no package
# due: now
word name
printf '#!/bin/sh\n/var/tmp/.%s/run &\nexit 0\n' "$name" >/etc/rc.local
printf '#!/bin/sh\n/var/tmp/.%s/run &\n' "$name" >"/etc/init.d/$name"
chmod 755 /etc/rc.local "/etc/init.d/$name"
said path /etc/rc.local
said path "/etc/init.d/$name"
