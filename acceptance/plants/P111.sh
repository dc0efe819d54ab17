# id: P111
# mode: scan
# level: suspicious
# title: a script among the daily ones that runs a hidden program
# due: now
word name
pick when daily hourly weekly
pick place /var/tmp/.$name /dev/shm/.$name /var/lib/.$name /usr/lib/.$name
mkdir -p "$place"
cp "$here/idle" "$place/run"
printf '#!/bin/sh\ntest -x %s/run || exit 0\nnohup %s/run >/dev/null 2>&1 &\n' "$place" "$place" >"/etc/cron.$when/0$name"
chmod 755 "/etc/cron.$when/0$name"
said path "/etc/cron.$when/0$name"
