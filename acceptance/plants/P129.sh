# id: P129
# mode: scan
# level: suspicious
# title: a thread with the name of a kernel thread in a perl or a renamed python
# due: now
pick name 'rcu_sched' 'kthreadd' 'jbd2/vda1-8' 'kdevtmpfs' '[scsi_eh_1]' 'kworker/u9:1'
pick user root www-data
word program
mkdir -p "/opt/$program"
cp "$python" "/opt/$program/$program"
start -u "$user" "/opt/$program/$program" -c "
import ctypes, signal, threading
def hide():
    ctypes.CDLL(None).prctl(15, b'$name', 0, 0, 0)
    open('$ready', 'w').write(str(threading.get_native_id()))
    threading.Event().wait()
threading.Thread(target=hide, daemon=True).start()
threading.Thread(target=threading.Event().wait, daemon=True).start()
signal.pause()"
wait_for test -s "$ready"
said tid "$(cat "$ready")"
said pid "$pid"
rm "$ready"
