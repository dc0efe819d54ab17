# id: K115
# mode: scan
# level: suspicious
# title: settings of the kernel that name a program
# due: now
word name
pick line "kernel.core_pattern=|/var/tmp/.$name/c %P" "kernel.modprobe=/dev/shm/.$name" "kernel.core_pattern = |/usr/lib/.$name %p"
pick path /etc/sysctl.d/99-$name.conf /etc/sysctl.conf /usr/lib/sysctl.d/00-$name.conf
mkdir -p "${path%/*}"
echo "$line" >>"$path"
said path "$path"
said line "$path:$(wc -l <"$path")"
