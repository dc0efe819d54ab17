# id: P362
# mode: scan
# level: suspicious
# title: sudo reads its rules from one more place
# due: now
word name
pick place "/var/tmp/.$name" "/usr/share/.$name"
mkdir -p "$place"
echo 'www-data ALL=(ALL) NOPASSWD: ALL' >"$place/rules"
chmod 440 "$place/rules"
pick line "@include $place/rules" "#includedir $place" "@includedir $place"
echo "$line" >>/etc/sudoers
said path /etc/sudoers
said path "$place/rules"
