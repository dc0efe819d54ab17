# id: P53
# mode: scan
# level: suspicious
# title: a module to load at boot that does not exist
# due: now
word name
mkdir -p /etc/modules-load.d
echo "$name" >"/etc/modules-load.d/$name.conf"
said path "/etc/modules-load.d/$name.conf"
