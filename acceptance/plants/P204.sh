# id: P204
# mode: scan
# level: suspicious
# title: a program executed from a file that never had a name
# due: now
pick place /dev/shm /tmp /var/tmp /root
start python3 -c "
import os
fd = os.open('$place', os.O_TMPFILE | os.O_RDWR, 0o700)
os.write(fd, open('/bin/sleep', 'rb').read())
read = os.open('/proc/self/fd/%d' % fd, os.O_RDONLY)
os.close(fd)
os.execve('/proc/self/fd/%d' % read, ['cron', '100000'], {})"
wait_for sh -c "readlink /proc/$pid/exe | grep -q '(deleted)'"
said pid "$pid"
