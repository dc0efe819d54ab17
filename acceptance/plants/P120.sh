# id: P120
# mode: scan
# level: suspicious
# title: a script or a program in a directory below /dev
# due: now
word name
pick path "/dev/.static/$name" "/dev/bus/$name" "/dev/tty9x" "/dev/hdx1" "/dev/.udev/$name"
mkdir -p "${path%/*}"
pick kind elf script
if [ "$kind" = elf ]; then cp "$here/idle" "$path"; else printf '#!/bin/sh\nsleep 1\n' >"$path"; fi
chmod 755 "$path"
said path "$path"
