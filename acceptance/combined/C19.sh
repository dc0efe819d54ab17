# id: C19
# mode: scan
# level: suspicious
# due: now
# title: a hook of the package manager, a daemon of no package among the libraries, an alias for sudo
. "$here/intruder.sh"
word name
place=/usr/lib/x86_64-linux-gnu
cp "$here/idle" "$place/$name"
echo "DPkg::Post-Invoke {\"$place/$name >/dev/null 2>&1 &\";};" >"/etc/apt/apt.conf.d/20$name"
said path "/etc/apt/apt.conf.d/20$name"
start -a /usr/sbin/rsyslogd "$place/$name"
said pid "$pid"
mkdir -p /home/anna/.local/bin
printf '#!/bin/sh\n/usr/bin/sudo "$@"\n' >/home/anna/.local/bin/sudo
chmod 755 /home/anna/.local/bin/sudo
echo "alias sudo='/home/anna/.local/bin/sudo'" >>/home/anna/.bashrc
chown -R anna: /home/anna
said path /home/anna/.bashrc
said restarter path "/etc/apt/apt.conf.d/20$name"
