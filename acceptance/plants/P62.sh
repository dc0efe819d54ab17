# id: P62
# mode: scan
# level: suspicious
# title: a service account that may become root
# due: now
pick user www-data postgres nobody
echo "$user ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/90-local
chmod 440 /etc/sudoers.d/90-local
said path /etc/sudoers.d/90-local
said account "$user"
