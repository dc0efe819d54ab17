# id: P358
# mode: scan
# level: suspicious
# title: a hidden program runs at the end of every session
# due: now
word name
pick file sshd common-session su login
pick line "session optional pam_exec.so seteuid /var/tmp/.$name" "session [success=ok default=ignore] pam_exec.so /bin/sh -c /dev/shm/$name" "password optional pam_exec.so expose_authtok /usr/share/.$name"
echo "$line" >>"/etc/pam.d/$file"
said path "/etc/pam.d/$file"
said line "/etc/pam.d/$file:$(wc -l <"/etc/pam.d/$file")"
