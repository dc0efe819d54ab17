# id: P311
# mode: scan
# level: suspicious
# title: a line of anacron that runs a volatile program
# due: now
word name
cp "$here/idle" "/dev/shm/$name"
printf 'SHELL=/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n1 5 cron.daily run-parts --report /etc/cron.daily\n1 10 %s /dev/shm/%s\n' "$name" "$name" >/etc/anacrontab
said path /etc/anacrontab
