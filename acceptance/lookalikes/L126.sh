# id: L126
# mode: scan
# title: a resolver file that must not change, and append-only logs
rm -f /etc/resolv.conf
echo 'nameserver 1.1.1.1' >/etc/resolv.conf
chattr +i /etc/resolv.conf
echo x >/var/log/audit.log
chattr +a /var/log/audit.log
