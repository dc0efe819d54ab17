# id: P259
# mode: scan
# level: suspicious
# title: sshd trusts a hidden authority or asks a program for names
# due: now
word name
pick line "TrustedUserCAKeys /etc/ssh/.$name.pub" "AuthorizedPrincipalsCommand /var/tmp/.$name/p %u
AuthorizedPrincipalsCommandUser root" "AuthorizedKeysCommand /bin/sh -c cat\${IFS}/var/tmp/.$name
AuthorizedKeysCommandUser root"
printf '%s\n' "$line" >"/etc/ssh/sshd_config.d/$name.conf"
said path "/etc/ssh/sshd_config.d/$name.conf"
