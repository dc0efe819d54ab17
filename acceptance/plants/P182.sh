# id: P182
# mode: scan
# level: note
# title: the lock of a daemon that is not installed, elsewhere
# due: now
word name
pick path "/run/lock/$name.pid" "/run/$name/$name.pid" "/tmp/.$name.pid" "/run/.$name.lock" "/run/lock/subsys/$name"
mkdir -p "${path%/*}"
echo 3177 >"$path"
said path "$path"
