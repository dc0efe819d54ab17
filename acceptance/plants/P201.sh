# id: P201
# mode: scan
# level: suspicious
# title: a hidden volatile program started by the dynamic loader, which is what exe shows
# due: now
word name
pick place /dev/shm/.$name /var/tmp/.$name /tmp/.$name-unix
pick user root www-data
mkdir -p "$place"
chmod 755 "$place"
cp /bin/sleep "$place/$name"
chmod 644 "$place/$name"
start -u "$user" /lib64/ld-linux-x86-64.so.2 "$place/$name" 100000
wait_for maps "$pid" "$place/$name"
said pid "$pid"
said path "$place/$name"
