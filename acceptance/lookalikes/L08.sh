# id: L08
# mode: scan
# title: a service started for one connection: a socket on its standard descriptors, no shell
some_port port
start python3 -c "
import os, socket
s = socket.socket()
s.bind(('127.0.0.1', $port))
s.listen()
peer, _ = s.accept()
for number in range(3):
    os.dup2(peer.fileno(), number)
os.execv('/usr/bin/rsync', ['rsync', '--daemon', '--config=/dev/null'])"
wait_for listens "$port"
start python3 -c "
import signal, socket
s = socket.create_connection(('127.0.0.1', $port))
signal.pause()"
wait_for sh -c "ss -Htn state established '( dport = :$port )' | grep -q ."
