# id: P226
# mode: scan
# level: suspicious
# title: a shell offered on a trusted port
# due: now
pick port 443 80 8443
start busybox nc -ll -p "$port" -e /bin/sh
wait_for listens "$port"
said pid "$pid"
said port "$port"
