# id: P182
# mode: scan
# level: note
# title: the lock of a daemon that is not installed, elsewhere
# due: later (lock files outside of /run are not looked at)
word name
pick path "/run/lock/$name.pid" "/run/$name/$name.pid" "/tmp/.$name.pid" "/run/.$name.lock" "/run/lock/subsys/$name"
mkdir -p "${path%/*}"
echo 3177 >"$path"
said path "$path"
