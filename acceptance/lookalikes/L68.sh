# id: L68
# mode: scan
# title: programs without symbols, static programs
mkdir -p /usr/local/bin
cp "$here/idle" /usr/local/bin/restic
strip -s /usr/local/bin/restic 2>/dev/null || true
start /usr/local/bin/restic
start /usr/bin/busybox sleep 100000
wait_for runs "$pid" /usr/bin/busybox
