# id: K10
# mode: scan
# level: unusual
# title: a port that is held but not listened on, which netstat does not show
# due: now
some_port port
pick user root nobody
start -u "$user" python3 -c "
import signal, socket
s = socket.socket()
s.bind(('0.0.0.0', $port))
open('$ready', 'w')
signal.pause()"
wait_ready
said pid "$pid"
said port "$port"
