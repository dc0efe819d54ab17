# id: K114
# mode: scan
# level: suspicious
# title: names of update servers lead elsewhere
# due: now
pick address 127.0.0.1 0.0.0.0 192.0.2.55
pick names 'security.debian.org deb.debian.org' 'update.virustotal.com database.clamav.net'
echo "$address $names" >>/etc/hosts
said path /etc/hosts
said line "/etc/hosts:$(wc -l </etc/hosts)"
