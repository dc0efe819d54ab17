# id: P26
# mode: scan
# level: suspicious
# title: a script on the port of a web server that is not installed
# due: now
pick port 443 80 25
pick place /opt/svc /root /usr/local/bin
word name
mkdir -p "$place"
cat >"$place/$name.py" <<END
import signal, socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", $port))
s.listen()
signal.pause()
END
start python3 "$place/$name.py"
wait_for listens "$port"
said pid "$pid"
said port "$port"
