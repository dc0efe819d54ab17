# id: P190
# mode: scan
# level: suspicious
# title: a library or program of no package with the date of its neighbour
# due: later (a harmless script among programs is unusual, whatever its date)
word name
pick kind program library script
case $kind in
program) path=/usr/sbin/$name; cp "$here/idle" "$path"; model=/usr/sbin/cron ;;
library) path=/usr/lib/x86_64-linux-gnu/lib$name.so.1; cp "$here/empty.so" "$path"; model=$(readlink -f /lib/x86_64-linux-gnu/libc.so.6) ;;
script) path=/usr/bin/$name; printf '#!/usr/bin/perl\nsleep 1;\n' >"$path"; model=/usr/bin/ls ;;
esac
chmod 755 "$path"
touch -r "$model" "$path"
said path "$path"
