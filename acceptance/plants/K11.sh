# id: K11
# mode: scan
# level: suspicious
# title: a script executed from memory
# due: now
pick interpreter python3 bash perl
pick user root www-data
case $interpreter in
python3) script="import signal; open('$ready', 'w'); signal.pause()" ;;
bash) script=": >$ready; while :; do sleep 1000; done" ;;
perl) script="open(F, '>', '$ready'); close(F); sleep 100000;" ;;
esac
start -u "$user" python3 -c "
import os
fd = os.memfd_create('', 0)
os.write(fd, b'''$script''')
os.lseek(fd, 0, 0)
os.execvp('$interpreter', ['$interpreter', '/proc/self/fd/%d' % fd])"
wait_ready
said pid "$pid"
