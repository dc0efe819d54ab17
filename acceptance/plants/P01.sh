# id: P01
# mode: scan
# level: suspicious
# title: a program runs from a hidden directory anyone can write to
# due: now
word name
pick place /dev/shm/.x "/var/tmp/.$name-cache" /tmp/.font-unix/.t
pick user root www-data nobody
mkdir -p "$place"
chmod 755 "$place"
cp /bin/sleep "$place/$name"
start -u "$user" "$place/$name" 100000
wait_for runs "$pid" "$place/$name"
said pid "$pid"
said path "$place/$name"
