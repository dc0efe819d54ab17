# id: P242
# mode: scan
# level: suspicious
# title: a program that runs when the machine goes down or to sleep
# due: now
word name
pick place /usr/lib/systemd/system-shutdown /usr/lib/systemd/system-sleep /etc/systemd/system-sleep
mkdir -p "$place"
printf '#!/bin/sh\ncp /var/lib/.%s /etc/cron.d/%s\n' "$name" "$name" >"$place/$name"
chmod 755 "$place/$name"
said path "$place/$name"
