# id: P144
# mode: scan
# level: suspicious
# title: a line of root that starts a hidden program at boot
# due: now
word name
pick place "/root/.$name" "/usr/local/lib/.$name" "/var/lib/.$name" "/usr/share/.$name"
mkdir -p "$place"
cp "$here/idle" "$place/$name"
pick line "nohup $place/$name >/dev/null 2>&1 &" "cd $place && ./$name" "setsid $place/$name" "sleep 60; $place/$name -d"
echo "@reboot $line" >/var/spool/cron/crontabs/root
chown root:crontab /var/spool/cron/crontabs/root
chmod 600 /var/spool/cron/crontabs/root
said path /var/spool/cron/crontabs/root
