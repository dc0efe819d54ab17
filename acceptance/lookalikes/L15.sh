# id: L15
# mode: scan
# title: a backup every night
echo '15 3 * * * root rsync -a /srv/ backup:/srv/' >/etc/cron.d/backup
