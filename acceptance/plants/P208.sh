# id: P208
# mode: scan
# level: suspicious
# title: a packet socket with a filter in a renamed interpreter
# due: now
word name
pick place /usr/local/sbin/dhclient /opt/lldp/lldpd /usr/local/lib/$name/arpwatch
mkdir -p "${place%/*}"
cp "$python" "$place"
start "$place" -c "
import ctypes, signal, socket, struct
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
code = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0))
s.setsockopt(socket.SOL_SOCKET, 26, struct.pack('HL', 1, ctypes.addressof(code)))
open('$ready', 'w')
signal.pause()"
wait_ready
said pid "$pid"
