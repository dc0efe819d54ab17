# id: K01
# mode: scan
# level: suspicious
# title: a command shadowed from an earlier directory of the path
# due: now
pick command ps ss ls top
pick place /usr/local/bin /usr/local/sbin
pick how script program
if [ "$how" = script ]; then
    printf '#!/bin/sh\n/usr/bin/%s "$@" | grep -v kdevtmpfs\n' "$command" >"$place/$command"
else
    cp "$here/idle" "$place/$command"
fi
chmod 755 "$place/$command"
said path "$place/$command"
