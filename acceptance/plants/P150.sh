# id: P150
# mode: scan
# level: note
# title: a script at every login that starts something in the background
# due: now
word name
path=/etc/update-motd.d/00-header
printf '#!/bin/sh\nprintf "Welcome\\n"\n/usr/local/lib/%s >/dev/null 2>&1 &\n' "$name" >"$path"
chmod 755 "$path"
cp "$here/idle" "/usr/local/lib/$name"
said path "$path"
