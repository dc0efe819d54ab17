# id: L65
# mode: scan
# title: sockets without a file, and the shared memory of a database
start -u anna -a Xvfb python3 -c "
import signal, socket
s = socket.socket(socket.AF_UNIX)
s.bind('\0/tmp/.X11-unix/X0')
s.listen()
open('$ready', 'w')
signal.pause()"
wait_ready
pg_ctlcluster 15 main start
