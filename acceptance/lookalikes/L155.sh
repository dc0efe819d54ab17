# id: L155
# mode: scan
# title: a tool of the network, of a package, that listens to packets
cp "$python" /usr/bin/tcpdump
printf 'Package: tcpdump\nStatus: install ok installed\nPriority: optional\nSection: net\nMaintainer: X <x@example.org>\nArchitecture: amd64\nVersion: 4.99\nDescription: tcpdump\n\n' >>/var/lib/dpkg/status
echo /usr/bin/tcpdump >/var/lib/dpkg/info/tcpdump.list
start /usr/bin/tcpdump -c "
import signal, socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
open('$ready', 'w')
signal.pause()"
wait_ready
