# id: L14
# mode: scan
# title: an admin edits sshd_config and hosts
echo 'PermitRootLogin no' >>/etc/ssh/sshd_config
echo '10.0.0.5 db1' >>/etc/hosts
