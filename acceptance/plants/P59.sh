# id: P59
# mode: scan
# level: suspicious
# title: sshd asks a program for keys and listens twice
# due: now
word name
printf 'AuthorizedKeysCommand /usr/local/lib/%s\nAuthorizedKeysCommandUser root\nPort 22\nPort 2222\n' "$name" >/etc/ssh/sshd_config.d/10.conf
said path /etc/ssh/sshd_config.d/10.conf
