# id: P153
# mode: scan
# level: suspicious
# title: a module of no package that is loaded at boot
# due: now
word name
kernel=$(uname -r)
pick place "kernel/net/ipv4" "kernel/drivers/misc" extra
mkdir -p "/lib/modules/$kernel/$place"
cp "$here/empty.so" "/lib/modules/$kernel/$place/$name.ko"
pick list /etc/modules "/usr/lib/modules-load.d/$name.conf" "/etc/modules-load.d/$name.conf"
mkdir -p "${list%/*}"
echo "$name" >>"$list"
said path "$list"
said path "/lib/modules/$kernel/$place/$name.ko"
said path "/usr/lib/modules/$kernel/$place/$name.ko"
