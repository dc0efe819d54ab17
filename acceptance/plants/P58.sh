# id: P58
# mode: scan
# level: suspicious
# title: a program that runs at every authentication
# due: now
word name
echo "auth optional pam_exec.so quiet expose_authtok /usr/local/lib/$name" >>/etc/pam.d/common-auth
said path /etc/pam.d/common-auth
said line "/etc/pam.d/common-auth:$(wc -l </etc/pam.d/common-auth)"
