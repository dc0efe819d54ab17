# id: P244
# mode: scan
# level: suspicious
# title: a cron file that starts a hidden program of the web user at boot
# due: now
word name
mkdir -p "/var/www/.cache/.$name"
cp "$here/idle" "/var/www/.cache/.$name/httpd"
chown -R www-data: /var/www
printf 'SHELL=/bin/sh\n@reboot www-data /var/www/.cache/.%s/httpd\n' "$name" >"/etc/cron.d/$name"
said path "/etc/cron.d/$name"
