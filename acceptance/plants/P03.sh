# id: P03
# mode: scan
# level: suspicious
# title: a program with the name of a kernel thread
# due: now
pick name '[kworker/0:1-events]' '[migration/0]' '[rcu_preempt]' '[kthreadd]'
pick how sleep comm www own
word program
case $how in
sleep) start -a "$name" sleep 100000 ;;
www) start -u www-data -a "$name" perl -e 'sleep 100000' ;;
own)
    cp "$here/idle" "/usr/local/lib/$program"
    start -a "$name" "/usr/local/lib/$program"
    ;;
comm)
    start -a "$name" python3 -c "
import ctypes, signal
ctypes.CDLL(None).prctl(15, b'${name//[][]/}', 0, 0, 0)
open('$ready', 'w')
signal.pause()"
    wait_ready
    ;;
esac
wait_for grep -qF -- "$name" "/proc/$pid/cmdline"
said pid "$pid"
