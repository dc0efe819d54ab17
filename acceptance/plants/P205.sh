# id: P205
# mode: scan
# level: suspicious
# title: the whole of /proc/PID covered by an overlay mount
# without baseline: a mount in /proc is no file
# due: now
start sleep 100000
wait_for runs "$pid" /usr/bin/sleep
mkdir -p /run/o/a /run/o/b
mount -t overlay overlay "/proc/$pid" -o lowerdir=/run/o/a:/run/o/b
said pid "$pid"
said path "/proc/$pid"
