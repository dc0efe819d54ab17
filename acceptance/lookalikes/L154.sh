# id: L154
# mode: scan
# title: files in shared memory and in /run as databases and browsers leave them
head -c 65536 /dev/zero >/dev/shm/PostgreSQL.3456789
head -c 4096 /dev/zero >/dev/shm/sem.app_lock
mkdir -p /dev/shm/.com.google.Chrome.x1 /run/app /run/user/1000/systemd
head -c 4096 /dev/zero >/dev/shm/.com.google.Chrome.x1/shm
head -c 100 /dev/zero >/dev/shm/lttng-ust-wait-8-1000
start -u anna python3 -c "
import signal, socket
s = socket.socket(socket.AF_UNIX)
s.bind('\0/containerd-shim/moby/4f1c/shim.sock@')
s.listen()
open('$ready', 'w')
signal.pause()"
wait_ready
start -u postgres sleep 100000
echo "$pid" >/run/app/app.pid
