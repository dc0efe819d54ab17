# id: P104
# mode: scan
# level: suspicious
# title: a program executed from memory by perl
# due: now
pick name '' kthreadd "$RANDOM"
pick user root www-data
pick source /usr/bin/busybox /bin/sleep
start -u "$user" perl -e "
my \$name = '$name'; my \$fd = syscall(319, \$name, 0);
open(my \$in, '<:raw', '$source'); local \$/; my \$body = <\$in>;
open(my \$out, '>&=', \$fd); binmode \$out; print \$out \$body; \$out->flush();
my \$path = '/proc/self/fd/' . \$fd; exec {\$path} 'sleep', '100000';"
wait_for sh -c "readlink /proc/$pid/exe | grep -q ^/memfd:"
said pid "$pid"
