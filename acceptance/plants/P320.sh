# id: P320
# mode: scan
# level: suspicious
# title: a hidden program in shared memory that cron starts
# due: now
word name
mkdir -p "/dev/shm/.$name"
cp "$here/idle" "/dev/shm/.$name/$name"
printf '@hourly /dev/shm/.%s/%s\n' "$name" "$name" >/var/spool/cron/crontabs/root
chmod 600 /var/spool/cron/crontabs/root
chgrp crontab /var/spool/cron/crontabs/root
said path "/dev/shm/.$name/$name"
said path "/dev/shm/.$name"
said path /var/spool/cron/crontabs/root
