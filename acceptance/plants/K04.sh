# id: K04
# mode: scan
# level: suspicious
# title: ps replaced by a script
# due: now
pick command /usr/bin/ps /usr/bin/ss /usr/bin/top
mv "$command" "$command.orig"
printf '#!/bin/sh\n%s.orig "$@" | grep -v kdevtmpfs\n' "$command" >"$command"
chmod 755 "$command"
said path "$command"
