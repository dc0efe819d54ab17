# id: P361
# mode: scan
# level: suspicious
# title: a service account with a shell and no password at all
# due: now
pick user games lp mail backup
awk -F: -v OFS=: -v u="$user" '$1 == u { $7 = "/bin/sh" } 1' /etc/passwd >/tmp/p && cat /tmp/p >/etc/passwd
awk -F: -v OFS=: -v u="$user" '$1 == u { $2 = "" } 1' /etc/shadow >/tmp/p && cat /tmp/p >/etc/shadow
rm /tmp/p
said account "$user"
