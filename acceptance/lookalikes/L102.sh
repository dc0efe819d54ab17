# id: L102
# mode: scan
# title: the clean-up of temporary files by cron, which names /tmp
printf '#!/bin/sh\nfind /tmp /var/tmp -xdev -type f -atime +7 -delete\nfind /dev/shm -name "sess_*" -mtime +1 -delete\n' >/etc/cron.daily/tmp-clean
chmod 755 /etc/cron.daily/tmp-clean
echo '17 3 * * * root rm -rf /tmp/build-* /var/tmp/.build-cache >/dev/null 2>&1' >/etc/cron.d/clean
echo '*/10 * * * * www-data flock -n /tmp/wp-cron.lock php /var/www/html/wp-cron.php >/dev/null 2>&1' >/etc/cron.d/wordpress
mkdir -p /var/www/html
echo '<?php // cron' >/var/www/html/wp-cron.php
