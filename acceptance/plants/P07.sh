# id: P07
# mode: scan
# level: suspicious
# title: a listening script in a directory that looks like one of the X server's
# due: now
pick place /var/tmp/.ICE-unix/-l /var/tmp/.X11-unix /tmp/.XIM-unix/.d
pick user root www-data nobody
pick address 0.0.0.0 127.0.0.1
word name
some_port port
mkdir -p -- "$place"
cat >"$place/$name.py" <<END
import signal, socket
s = socket.socket()
s.bind(("$address", $port))
s.listen()
signal.pause()
END
pick how path relative
if [ "$how" = path ]; then
    start -u "$user" python3 "$place/$name.py"
else
    start -u "$user" -d "$place" python3 "$name.py"
fi
wait_for listens "$port"
said pid "$pid"
said port "$port"
said path "$place/$name.py"
