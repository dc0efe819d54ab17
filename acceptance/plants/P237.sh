# id: P237
# mode: scan
# level: note
# title: a directory whose name is near the X server's
# due: now
pick path /tmp/.X11-unlx /tmp/.Xl1-unix /var/tmp/.ICE-unix /tmp/.ICE_unix /dev/shm/.X11-unix
mkdir -p "$path"
cp "$here/idle" "$path/d"
said path "$path"
said path "$path/d"
