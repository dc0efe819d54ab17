# id: P01
# mode: scan
# level: suspicious
# title: a program runs from a hidden directory anyone can write to
# due: now
word name
pick place /dev/shm/.x "/var/tmp/.$name-cache" /tmp/.font-unix/.t /var/tmp/...
pick user root www-data nobody
pick kind program program sh python3 perl
mkdir -p "$place"
chmod 755 "$place"
path=$place/$name
case $kind in
program) cp /bin/sleep "$path" ;;
sh) printf '#!/bin/sh\nwhile :; do sleep 1000; done\n' >"$path" ;;
python3) printf '#!/usr/bin/env python3\nimport signal\nsignal.pause()\n' >"$path" ;;
perl) printf '#!/usr/bin/perl\nsleep 100000;\n' >"$path" ;;
esac
chmod 755 "$path"
if [ "$kind" = program ]; then start -u "$user" "$path" 100000; else start -u "$user" "$kind" "$path"; fi
wait_for grep -qF -- "$path" "/proc/$pid/cmdline"
said pid "$pid"
said path "$path"
