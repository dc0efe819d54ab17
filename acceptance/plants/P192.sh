# id: P192
# mode: scan
# level: suspicious
# title: a crontab of root written through io_uring, and a connection
# due: now
some_port port
word name
other_end "$port"
mkdir "/var/lib/$name"
cp "$here/ring" "/var/lib/$name/$name"
start -u root "/var/lib/$name/$name" /var/spool/cron/crontabs/root "@daily /tmp/.$name/run" "$port"
wait_for sh -c "ss -Htn state established '( dport = :$port )' | grep -q ."
chgrp crontab /var/spool/cron/crontabs/root
said pid "$pid"
said path /var/spool/cron/crontabs/root
