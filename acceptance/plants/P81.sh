# id: P81
# mode: scan
# level: note
# title: shared memory of the web user that everybody may write
# due: now
pick user www-data nobody
start -u "$user" python3 -c "
import ctypes, signal
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
number = libc.shmget(0, 65536, 0o1666)
libc.shmat(number, None, 0)
open('$ready', 'w').write(str(number))
signal.pause()"
wait_for test -s "$ready"
said shm "$(cat "$ready")"
said pid "$pid"
rm "$ready"
