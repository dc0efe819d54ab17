# id: P281
# mode: scan
# level: note
# title: a socket without a file of the web user's script
# due: now
word name
pick user www-data nobody
start -u "$user" python3 -c "
import signal, socket
s = socket.socket(socket.AF_UNIX)
s.bind('\0/tmp/.$name')
s.listen()
open('$ready', 'w')
signal.pause()"
wait_ready
said pid "$pid"
