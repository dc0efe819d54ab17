# id: L158
# mode: scan
# title: maintenance by cron that looks odd: databases, images, certificates, encodings
cat >/etc/cron.d/maintenance <<'END'
SHELL=/bin/bash
PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin
0 3 * * * root docker system prune -af --filter "until=168h" >/dev/null 2>&1
10 3 * * * root curl -fsSL https://www.cloudflare.com/ips-v4 -o /etc/nginx/cf-ips.txt && nginx -t && systemctl reload nginx
20 3 * * * postgres vacuumdb --all --analyze-in-stages | logger -t vacuum
30 3 * * * root [ -x /usr/lib/php/sessionclean ] && if [ ! -d /run/systemd/system ]; then /usr/lib/php/sessionclean; fi
40 3 * * * root wget -q -O - https://app.example.org/cron?key=abc >/dev/null 2>&1
50 3 * * * root mysqldump --single-transaction app | openssl enc -aes-256-cbc -pass file:/root/.k | base64 > /var/backups/app.b64
0 4 * * * root curl -s https://api.example.org/status | jq -r .state | logger -t status
5 4 * * * root curl -s https://geoip.example.org/db.tar.gz | tar -xz -C /usr/share/GeoIP
15 4 * * * root python3 -c 'import shutil; print(shutil.disk_usage("/"))' | mail -s disk root
25 4 * * * anna cd ~/src/app && git pull -q && make -s deploy
35 4 * * * root bash -c 'for i in /var/www/*/; do chown -R www-data: $i; done'
45 4 * * * root bash -lc 'cd /srv/app && bundle exec rake cleanup'
END
