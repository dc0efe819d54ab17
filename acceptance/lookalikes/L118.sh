# id: L118
# mode: scan
# title: what sudo allows at an ordinary place
useradd -r -M -s /usr/sbin/nologin nagios
useradd -m -s /bin/bash ansible
useradd -m -s /bin/bash deploy
groupadd -f ops
groupadd -f wheel
echo 'debian ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/90-cloud-init-users
useradd -m -s /bin/bash debian
echo 'nagios ALL=(root) NOPASSWD: /usr/lib/nagios/plugins/check_disk, /usr/lib/nagios/plugins/check_raid *' >/etc/sudoers.d/nagios
printf 'Defaults:ansible !requiretty\nansible ALL=(ALL:ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/ansible
printf 'Cmnd_Alias APP = /bin/systemctl restart app, /bin/systemctl status app\ndeploy ALL=(root) NOPASSWD: APP\n%%ops ALL=(ALL:ALL) ALL\n%%wheel ALL=(ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/deploy
printf 'Defaults use_pty\nDefaults logfile=/var/log/sudo.log\nDefaults timestamp_timeout=30\nDefaults insults\nDefaults env_keep += "SSH_AUTH_SOCK"\n' >/etc/sudoers.d/00-defaults
printf 'postgres ALL=(root) NOPASSWD: /usr/bin/systemctl restart postgresql\nwww-data ALL=(deploy) NOPASSWD: /usr/local/bin/deploy-site\n' >/etc/sudoers.d/services
chmod 440 /etc/sudoers.d/*
