# id: L146
# mode: scan
# title: rc.local of an admin
cat >/etc/rc.local <<'END'
#!/bin/sh -e
# By default this script does nothing.
sysctl -w net.ipv4.ip_forward=1
iptables -t nat -A POSTROUTING -s 10.8.0.0/24 -o eth0 -j MASQUERADE
iptables-restore < /etc/iptables.rules || true
echo never > /sys/kernel/mm/transparent_hugepage/enabled
ethtool -K eth0 gro off
/opt/vendor/bin/agent start
su - anna -c 'tmux new -d -s bot /home/anna/bot.sh'
touch /var/lock/subsys/local || true
exit 0
END
chmod 755 /etc/rc.local
