# id: P54
# mode: scan
# level: suspicious
# title: a hook of the first boot stage
# due: now
word name
pick path "/etc/initramfs-tools/scripts/init-bottom/$name" "/usr/lib/dracut/modules.d/99$name/module-setup.sh"
mkdir -p "${path%/*}"
printf '#!/bin/sh\nexit 0\n' >"$path"
chmod 755 "$path"
said path "$path"
