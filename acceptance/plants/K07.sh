# id: K07
# mode: scan
# level: suspicious
# title: a daemon of root that was given a library to load first
# due: now
word name
pick place /usr/local/lib /opt /var/tmp
pick variable LD_PRELOAD LD_AUDIT
cp "$here/empty.so" "$place/lib$name.so"
chmod 755 "$place/lib$name.so"
pkill -x cron
wait_for sh -c '! pgrep -x cron'
start -e "$variable=$place/lib$name.so" /usr/sbin/cron -f
wait_for runs "$pid" /usr/sbin/cron
wait_for grep -qx "$pid" /run/crond.pid
said pid "$pid"
