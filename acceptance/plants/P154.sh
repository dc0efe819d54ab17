# id: P154
# mode: scan
# level: suspicious
# title: other hooks of the first boot stage
# due: later (a hook of the first boot stage among the admin's own is unusual and no alert)
word name
pick path "/etc/initramfs-tools/hooks/$name" "/usr/share/initramfs-tools/scripts/local-bottom/$name" "/usr/share/initramfs-tools/hooks/$name" "/etc/initramfs/post-update.d/$name"
mkdir -p "${path%/*}"
printf '#!/bin/sh\nPREREQ=""\ncase $1 in prereqs) echo; exit 0 ;; esac\ncp /var/lib/.%s ${DESTDIR}/bin/%s\n' "$name" "$name" >"$path"
chmod 755 "$path"
said path "$path"
