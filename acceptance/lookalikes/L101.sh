# id: L101
# mode: scan
# title: crontabs with health checks, certificates and backups
mkdir -p /opt/backup/bin /usr/local/bin
printf '#!/bin/sh\nset -e\nexport RESTIC_REPOSITORY=/srv/restic RESTIC_PASSWORD_FILE=/root/.restic\nrestic backup /etc /home --exclude-caches\nrestic forget --keep-daily 7 --prune\n' >/usr/local/bin/backup.sh
chmod 755 /usr/local/bin/backup.sh
cat >/var/spool/cron/crontabs/root <<'END'
MAILTO=admin@example.org
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
*/5 * * * * curl -fsS -m 10 --retry 5 -o /dev/null https://hc-ping.example.org/3c5a-11 >/dev/null 2>&1
30 2 * * * /usr/local/bin/backup.sh && curl -fsS https://hc-ping.example.org/9d0b >/dev/null
0 4 * * 0 cd /srv/app && /usr/bin/python3 manage.py clearsessions 2>&1 | logger -t clearsessions
@reboot sleep 30 && /usr/local/bin/backup.sh --check
15 1 * * * pg_dump -U postgres app | gzip > /var/backups/app-$(date +\%F).sql.gz
END
chown root:crontab /var/spool/cron/crontabs/root
chmod 600 /var/spool/cron/crontabs/root
printf 'SHELL=/bin/sh\n0 */12 * * * root test -x /usr/bin/certbot -a \\! -d /run/systemd/system && perl -e '\''sleep int(rand(43200))'\'' && certbot -q renew --no-random-sleep-on-renew\n' >/etc/cron.d/certbot
