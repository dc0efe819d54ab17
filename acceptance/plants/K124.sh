# id: K124
# mode: scan
# level: suspicious
# title: a packaged daemon with a library of no package in it
# due: now
word name
pick place /usr/local/lib /var/lib/misc /usr/lib/x86_64-linux-gnu
cp "$here/empty.so" "$place/lib$name.so"
chmod 755 "$place/lib$name.so"
pkill -x cron
wait_for sh -c '! pgrep -x cron'
start bash -c "unset LD_PRELOAD; exec /lib64/ld-linux-x86-64.so.2 --preload $place/lib$name.so /usr/sbin/cron -f"
wait_for maps "$pid" "$place/lib$name.so"
said pid "$pid"
