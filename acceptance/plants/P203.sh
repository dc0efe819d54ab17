# id: P203
# mode: scan
# level: suspicious
# title: no arguments and the short name of a worker, which ps shows in brackets
# due: now
pick name kworker/u8:2-ev ksoftirqd/0 kthrotld kdmflush/253:0 irq/9-acpi
pick user root www-data
start -u "$user" python3 -c "
import ctypes, signal
ctypes.CDLL(None).prctl(15, b'$name', 0, 0, 0)
field = open('/proc/self/stat').read().rpartition(')')[2].split()
start, end = int(field[45]), int(field[46])
ctypes.memset(start, 0, end - start)
open('$ready', 'w')
signal.pause()"
wait_ready
said pid "$pid"
