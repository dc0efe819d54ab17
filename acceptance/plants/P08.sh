# id: P08
# mode: scan
# level: suspicious
# title: a packet socket held by a program that calls itself a daemon
# due: now
pick name '/sbin/udevd -d' /usr/sbin/console-kit-daemon '/usr/lib/postfix/master' 'dbus-daemon --system'
pick kind SOCK_RAW SOCK_DGRAM
start -a "$name" python3 -c "
import signal, socket
s = socket.socket(socket.AF_PACKET, socket.$kind, socket.htons(3))
open('$ready', 'w')
signal.pause()"
wait_ready
said pid "$pid"
