# id: P137
# mode: scan
# level: note
# title: other directories with names that hide
# due: now
pick path '/var/lib/. ' '/usr/lib/...' '/srv/ ' $'/tmp/.\u00a0' '/etc/..  ' $'/var/tmp/\u200b' '/var/spool/....'
mkdir "$path"
cp "$here/idle" "$path/x"
said path "$path"
said path "$path/x"
