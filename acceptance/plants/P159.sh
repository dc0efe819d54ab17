# id: P159
# mode: scan
# level: suspicious
# title: sshd takes keys from one more place
# due: now
word name
pick place /usr/share/misc/.$name/%u /var/tmp/.$name /etc/ssh/.%u /lib/.$name
mkdir -p "${place%/*}"
pick file /etc/ssh/sshd_config /etc/ssh/sshd_config.d/50-$name.conf
printf 'AuthorizedKeysFile .ssh/authorized_keys %s\n' "$place" | cat - "$( [ -e "$file" ] && echo "$file" || echo /dev/null)" >"/tmp/c"
cat /tmp/c >"$file"
rm /tmp/c
said path "$file"
said line "$file:1"
