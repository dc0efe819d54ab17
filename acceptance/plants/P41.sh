# id: P41
# mode: scan
# level: suspicious
# title: a drop-in that starts something before sshd
# due: now
word name
mkdir -p /etc/systemd/system/ssh.service.d
printf '[Service]\nExecStartPre=-/var/tmp/.%s/run\n' "$name" >/etc/systemd/system/ssh.service.d/10.conf
said path /etc/systemd/system/ssh.service.d/10.conf
