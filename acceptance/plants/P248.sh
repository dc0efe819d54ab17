# id: P248
# mode: scan
# level: suspicious
# title: a line of inittab or a job of upstart that keeps a volatile program running
# due: now
word name
cp "$here/idle" "/dev/shm/.$name"
pick how inittab upstart
if [ "$how" = inittab ]; then
    path=/etc/inittab
    printf 'id:2:initdefault:\nx1:2345:respawn:/dev/shm/.%s\n' "$name" >"$path"
else
    path=/etc/init/$name.conf
    mkdir -p /etc/init
    printf 'start on runlevel [2345]\nrespawn\nexec /dev/shm/.%s\n' "$name" >"$path"
fi
said path "$path"
