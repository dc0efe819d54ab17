# id: K151
# mode: scan
# level: suspicious
# title: a shell that became root in a person's session, and no line tells how
# due: now
# without baseline: a process is no file
word user
useradd -m -s /bin/bash "$user"
number=$(id -u "$user")
log iso 90000 "sshd[4998]" "Accepted publickey for $user from 198.51.100.7 port 40000 ssh2: ED25519 SHA256:known"
log iso 3600 "sshd[4999]" "Accepted publickey for $user from 198.51.100.7 port 40001 ssh2: ED25519 SHA256:known"
# The parent gives its rights away while the child still has them, as after an exploit of the kernel.
start -u root python3 -c "
import os, signal
open('/proc/self/loginuid', 'w').write('$number')
end, held = os.pipe()
child = os.fork()
if child == 0:
    os.dup2(end, 0)
    os.execv('/bin/bash', ['bash'])
os.setresgid($number, $number, $number)
os.setresuid($number, $number, $number)
open('/home/$user/child', 'w').write(str(child))
signal.pause()"
wait_for test -s "/home/$user/child"
child=$(cat "/home/$user/child")
wait_for runs "$child" /usr/bin/bash
log iso -2 "CRON[5000]" "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"
rm "/home/$user/child"
said pid "$child"
