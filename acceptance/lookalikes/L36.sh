# id: L36
# mode: scan
# title: what cloud-init leaves: users, keys, its log
useradd -m -s /bin/bash -G sudo debian
mkdir -p -m 700 /home/debian/.ssh /var/lib/cloud/instance
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc admin' >/home/debian/.ssh/authorized_keys
chown -R debian: /home/debian/.ssh
echo 'debian ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/90-cloud-init-users
chmod 440 /etc/sudoers.d/90-cloud-init-users
echo '2024-01-01 00:00:00,000 - util.py[DEBUG]: Cloud-init v. 22.4.2 finished' >/var/log/cloud-init.log
