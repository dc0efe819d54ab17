# id: P50
# mode: scan
# level: note
# title: a script that runs at every login
# due: now
mkdir -p /etc/update-motd.d
printf '#!/bin/sh\ntrue\n' >/etc/update-motd.d/99-info
chmod 755 /etc/update-motd.d/99-info
said path /etc/update-motd.d/99-info
