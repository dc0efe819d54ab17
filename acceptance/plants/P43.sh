# id: P43
# mode: scan
# level: suspicious
# title: a crontab line that decodes a program and runs it
# due: now
pick user www-data nobody root
echo '*/7 * * * * echo dHJ1ZQ== | base64 -d | sh' >"/var/spool/cron/crontabs/$user"
chown "$user":crontab "/var/spool/cron/crontabs/$user"
chmod 600 "/var/spool/cron/crontabs/$user"
said path "/var/spool/cron/crontabs/$user"
