# id: P162
# mode: scan
# level: suspicious
# title: sudo lets a service account do all, in other words
# due: now
pick line 'User_Alias OPERATORS = www-data
OPERATORS ALL=(ALL:ALL) NOPASSWD: ALL' '%games ALL=(ALL) NOPASSWD: ALL' '#33 ALL=(ALL:ALL) NOPASSWD:ALL' 'www-data ALL = NOPASSWD: /bin/bash, /usr/bin/python3' 'Cmnd_Alias WEB = ALL
www-data ALL=(root) NOPASSWD: WEB' '%#33 ALL=(ALL) NOPASSWD: ALL' 'backup ALL=(ALL) NOPASSWD: /usr/bin/find, /usr/bin/tar'
word name
pick path "/etc/sudoers.d/$name" /etc/sudoers
printf '%s\n' "$line" >>"$path"
chmod 440 "$path"
said path "$path"
