# id: K109
# mode: scan
# level: suspicious
# title: the linker is told of a directory that holds a library with the name of a known one
# due: now
word name
pick place "/var/lib/.$name" "/usr/share/.$name" "/dev/shm/$name"
mkdir -p "$place"
cp "$here/empty.so" "$place/libcrypt.so.1"
echo "$place" >"/etc/ld.so.conf.d/00-$name.conf"
ldconfig || true
said path "/etc/ld.so.conf.d/00-$name.conf"
said path "$place/libcrypt.so.1"
