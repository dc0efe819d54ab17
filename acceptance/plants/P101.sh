# id: P101
# mode: scan
# level: suspicious
# title: a service user's program in a directory of locks
# due: now
word name
pick place /run/lock/$name "/run/lock/..$name" "/var/tmp/ /$name" /dev/shm/pulse-$RANDOM
pick user www-data nobody postgres
mkdir -p "$place"
chmod 755 "$place"
cp /usr/bin/busybox "$place/busybox"
cp "$here/idle" "$place/$name"
chmod 755 "$place/$name"
start -u "$user" "$place/$name"
wait_for runs "$pid" "$place/$name"
said pid "$pid"
said path "$place/$name"
