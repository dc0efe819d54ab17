# id: P77
# mode: scan
# level: suspicious
# title: a BPF program on a socket, loaded by no known loader
# due: now
pick kind 'socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)' 'socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP'
pick keep True False
word name
mkdir -p "/opt/$name"
cat >"/opt/$name/$name.py" <<END
import ctypes, os, signal, socket, struct
# r0 = 0; exit: a filter that lets nothing through.
code = ctypes.create_string_buffer(struct.pack("<BBhi", 0xB7, 0, 0, 0) + struct.pack("<BBhi", 0x95, 0, 0, 0))
licence = ctypes.create_string_buffer(b"GPL")
attribute = struct.pack("<IIQQIIQII", 1, 2, ctypes.addressof(code), ctypes.addressof(licence), 0, 0, 0, 0, 0)
attribute = ctypes.create_string_buffer(attribute, 128)
libc = ctypes.CDLL(None, use_errno=True)
program = libc.syscall(321, 5, attribute, 128)
if program < 0:
    raise OSError(ctypes.get_errno(), "bpf")
s = socket.socket($kind)
s.setsockopt(socket.SOL_SOCKET, 50, program)
if not $keep:
    os.close(program)
open("$ready", "w")
signal.pause()
END
start python3 "/opt/$name/$name.py"
wait_ready
said pid "$pid"
