# id: L08
# mode: scan
# title: a service started for one connection: a socket on its standard descriptors, no shell
pick program '/usr/bin/rsync --daemon --config=/dev/null' /usr/bin/cat /opt/finger/fingerd
pick user root nobody
mkdir -p /opt/finger
cp "$here/idle" /opt/finger/fingerd
some_port port
start -u "$user" python3 -c "
import os, socket
s = socket.socket()
s.bind(('127.0.0.1', $port))
s.listen()
peer, _ = s.accept()
for number in range(3):
    os.dup2(peer.fileno(), number)
words = '$program'.split()
os.execv(words[0], words)"
wait_for listens "$port"
start python3 -c "
import signal, socket
s = socket.create_connection(('127.0.0.1', $port))
signal.pause()"
wait_for sh -c "ss -Htn state established '( dport = :$port )' | grep -q ."
wait_for sh -c '! pgrep -f "os[.]dup2"'
