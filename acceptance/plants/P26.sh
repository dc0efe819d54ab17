# id: P26
# mode: scan
# level: suspicious
# title: a script on the port of a web server that is not installed
# due: now
pick port 443 80 25
pick place /opt/svc /root /usr/local/bin
word name
mkdir -p "$place"
listening_script "$place/$name.py" "$port"
start python3 "$place/$name.py"
wait_for listens "$port"
said pid "$pid"
said port "$port"
