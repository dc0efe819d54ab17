# id: P177
# mode: scan
# level: suspicious
# title: a BPF program at the entrance of an interface, loaded by no known loader
# due: now
word name
mkdir -p "/var/lib/$name"
cat >"/var/lib/$name/$name.py" <<END
import ctypes, os, signal, struct
# r0 = 2; exit: everything passes.
code = ctypes.create_string_buffer(struct.pack("<BBhi", 0xB7, 0, 0, 2) + struct.pack("<BBhi", 0x95, 0, 0, 0))
licence = ctypes.create_string_buffer(b"GPL")
attribute = ctypes.create_string_buffer(struct.pack("<IIQQ", 6, 2, ctypes.addressof(code), ctypes.addressof(licence)), 128)
libc = ctypes.CDLL(None, use_errno=True)
program = libc.syscall(321, 5, attribute, 128)
if program < 0:
    raise OSError(ctypes.get_errno(), "bpf")
link = libc.syscall(321, 28, ctypes.create_string_buffer(struct.pack("<IIII", program, 1, 37, 0), 64), 64)
if link < 0:
    raise OSError(ctypes.get_errno(), "link")
os.close(program)
open("$ready", "w")
signal.pause()
END
start python3 "/var/lib/$name/$name.py"
wait_ready
said pid "$pid"
