# id: L121
# mode: scan
# title: sshd on another port with stricter rules
printf 'Port 2222\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nAllowGroups ssh-users sudo\nMaxAuthTries 3\nAuthorizedKeysFile .ssh/authorized_keys /etc/ssh/authorized_keys/%%u\nClientAliveInterval 300\nBanner /etc/issue.net\n' >/etc/ssh/sshd_config.d/10-hardening.conf
printf '\nMatch Group sftponly\n\tChrootDirectory /srv/sftp/%%u\n\tForceCommand internal-sftp\n\tAllowTcpForwarding no\nMatch Address 10.0.0.0/8\n\tPasswordAuthentication yes\n' >>/etc/ssh/sshd_config
sed -i 's|^Subsystem.*|Subsystem sftp internal-sftp|' /etc/ssh/sshd_config
mkdir -p /etc/ssh/authorized_keys /srv/sftp
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc anna@laptop' >/etc/ssh/authorized_keys/anna
kill "$(cat /run/sshd.pid)"
wait_for sh -c '! ss -Htln "sport = :22" | grep -q .'
/usr/sbin/sshd 3>&- </dev/null >/dev/null 2>&1
wait_for listens 2222
