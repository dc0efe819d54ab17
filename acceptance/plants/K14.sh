# id: K14
# mode: scan
# level: suspicious
# title: a raw socket that waits for a knock
# due: now
word name
pick protocol IPPROTO_ICMP IPPROTO_TCP IPPROTO_UDP
pick place /opt /usr/local/lib /root
mkdir -p "$place/$name"
cat >"$place/$name/$name.py" <<END
import signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.$protocol)
open("$ready", "w")
signal.pause()
END
start python3 "$place/$name/$name.py"
wait_ready
said pid "$pid"
