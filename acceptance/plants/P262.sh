# id: P262
# mode: scan
# level: suspicious
# title: sudo asks nobody any more
# due: later (sudo that asks nobody in the group of admins is unusual)
pick line 'ALL ALL=(ALL:ALL) NOPASSWD: ALL' 'Defaults !authenticate' 'Defaults:www-data !authenticate
www-data ALL=(ALL) ALL' '%users ALL=(ALL) NOPASSWD: ALL'
word name
printf '%s\n' "$line" >"/etc/sudoers.d/$name"
chmod 440 "/etc/sudoers.d/$name"
said path "/etc/sudoers.d/$name"
