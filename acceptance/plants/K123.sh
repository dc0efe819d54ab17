# id: K123
# mode: scan
# level: unusual
# title: a process that another traces, of no package
# due: now
word name
mkdir -p "/opt/$name"
start -u root /usr/bin/sleep 100000
target=$pid
start python3 -c "
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(0x4206, $target, 0, 0):
    raise OSError(ctypes.get_errno(), 'ptrace')
open('$ready', 'w')
signal.pause()"
wait_ready
said pid "$pid"
said pid "$target"
