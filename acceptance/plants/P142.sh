# id: P142
# mode: scan
# level: suspicious
# title: other generators of no package
# due: now
word name
pick place /etc/systemd/user-generators /usr/lib/systemd/system-generators /usr/local/lib/systemd/system-generators /etc/systemd/system-environment-generators /run/systemd/system-generators
pick kind elf script
mkdir -p "$place"
if [ "$kind" = elf ]; then cp "$here/idle" "$place/$name"; else printf '#!/bin/sh\nnohup /usr/local/lib/%s &\n' "$name" >"$place/$name"; fi
chmod 755 "$place/$name"
said path "$place/$name"
