# id: P161
# mode: scan
# level: suspicious
# title: a service account joins the administrators
# due: later (a service account for backups belongs to disk on many servers: unusual)
pick user www-data games backup nobody
pick group sudo root disk shadow
gpasswd -a "$user" "$group"
said account "$user"
said path /etc/group
said line "/etc/group:$(grep -n "^$group:" /etc/group | cut -d: -f1)"
