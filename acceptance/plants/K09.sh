# id: K09
# mode: scan
# level: suspicious
# title: a listening script in a network namespace of its own
# due: now
some_port port
word name
place=/var/tmp/.X1-unix
mkdir -p "$place"
cat >"$place/$name.py" <<END
import signal, socket
s = socket.socket()
s.bind(("0.0.0.0", $port))
s.listen()
open("$ready", "w")
signal.pause()
END
start unshare --net python3 "$place/$name.py"
wait_ready
said port "$port"
