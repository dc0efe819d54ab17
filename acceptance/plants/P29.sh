# id: P29
# mode: scan
# level: suspicious
# title: a thread with the name of a kernel thread in an ordinary process
# due: now
pick name '[migration/0]' '[kworker/1:2]' 'kworker/0:1H' 'ksoftirqd/0'
pick user root www-data
start -u "$user" python3 -c "
import ctypes, signal, threading
def hide():
    ctypes.CDLL(None).prctl(15, b'$name', 0, 0, 0)
    open('$ready', 'w').write(str(threading.get_native_id()))
    threading.Event().wait()
threading.Thread(target=hide, daemon=True).start()
signal.pause()"
wait_for test -s "$ready"
said tid "$(cat "$ready")"
said pid "$pid"
rm "$ready"
