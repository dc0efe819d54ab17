# id: L64
# mode: scan
# title: one program under many names
mkdir -p /usr/local/busybox
/usr/bin/busybox --install -s /usr/local/busybox
start /usr/local/busybox/sleep 100000
start -a syslogd /usr/bin/busybox syslogd -n -O /var/log/messages
start -a crond /usr/bin/busybox crond -f -c /var/spool/cron/crontabs
start /bin/sleep 100000
wait_for runs "$pid" /usr/bin/sleep
