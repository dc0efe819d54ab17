# id: P207
# mode: scan
# level: suspicious
# title: a listening script that came through the standard input
# due: now
word name
pick place /var/tmp/.X2-unix /dev/shm/.pulse /tmp/.ICE-unix/.$name
pick user root www-data
some_port port
mkdir -p "$place"
listening_script "$place/$name" "$port"
start -u "$user" -d "$place" sh -c "exec python3 <$place/$name"
wait_for listens "$port"
rm "$place/$name"
said pid "$pid"
said port "$port"
