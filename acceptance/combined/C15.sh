# id: C15
# mode: scan
# level: suspicious
# due: now
# title: a changed program of the secure shell, keys asked of a program, and that program
. "$here/intruder.sh"
word name
pick changed /usr/lib/openssh/sftp-server /usr/bin/ssh /usr/bin/sudo
printf '\0' >>"$changed"
said path "$changed"
cp "$here/idle" "/usr/lib/openssh/$name"
said path "/usr/lib/openssh/$name"
printf 'AuthorizedKeysCommand /usr/lib/openssh/%s %%u\nAuthorizedKeysCommandUser root\n' "$name" >/etc/ssh/sshd_config.d/50-cloud.conf
said path /etc/ssh/sshd_config.d/50-cloud.conf
touch -r /usr/bin/ls "$changed" "/usr/lib/openssh/$name"
