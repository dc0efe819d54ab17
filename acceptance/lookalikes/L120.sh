# id: L120
# mode: scan
# title: keys that may only run one command
useradd -m -s /bin/bash deploy
mkdir -p -m 700 /home/deploy/.ssh /root/.ssh
printf 'command="/usr/bin/rrsync -ro /srv",restrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc backup@nas\nno-pty,command="/usr/local/bin/deploy",from="10.0.0.0/8" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcceptanceAcceptanceAcceptanceAcceptanceAcc ci\n' >/home/deploy/.ssh/authorized_keys
printf 'no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command="echo '\''Please login as the user \\"debian\\" rather than the user \\"root\\".'\'';echo;sleep 10;exit 142" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc admin\ncommand="borg serve --restrict-to-path /srv/borg",restrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICcceptanceAcceptanceAcceptanceAcceptanceAcc borg\n' >/root/.ssh/authorized_keys
chmod 600 /root/.ssh/authorized_keys
chown -R deploy: /home/deploy/.ssh
printf 'Host *\n\tControlMaster auto\n\tControlPath ~/.ssh/cm-%%r@%%h:%%p\n\tControlPersist 10m\nHost bastion\n\tProxyCommand ssh -W %%h:%%p gw.example.org\n' >/root/.ssh/config
