# id: P107
# mode: scan
# level: suspicious
# title: a script that receives datagrams in a directory that looks like one of the X server's
# due: now
word name
pick place '/tmp/.X11-unix ' /var/tmp/.ICE-unіx /tmp/.font-unix1 /dev/shm/.XIM-unix /tmp/.Test-unix
pick user root www-data nobody
some_port port
mkdir -p -- "$place"
cat >"$place/$name" <<END
import signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", $port))
open("$ready", "w")
signal.pause()
END
start -u "$user" python3 "$place/$name"
wait_ready
said pid "$pid"
said port "$port"
said path "$place/$name"
