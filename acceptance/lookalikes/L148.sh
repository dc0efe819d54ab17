# id: L148
# mode: scan
# title: people with user ids from 500, and histories with nothing in them
sed -i -E 's/^UID_MIN.*/UID_MIN 500/' /etc/login.defs
useradd -m -u 501 -s /bin/bash carol
useradd -m -u 502 -s /bin/zsh dave
useradd -m -u 1500 -s /bin/sh erin
usermod -p '$6$acceptance$not.a.real.hash.but.of.the.right.shape' carol
usermod -p '$6$acceptance$not.a.real.hash.but.of.the.right.shape' erin
: >/home/carol/.bash_history
: >/root/.bash_history
ln -s .config/zsh/history /home/dave/.zsh_history
mkdir -p -m 700 /home/carol/.ssh
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc carol@laptop' >/home/carol/.ssh/authorized_keys
chown -R carol: /home/carol
echo 'carol ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/carol
chmod 440 /etc/sudoers.d/carol
