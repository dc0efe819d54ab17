# id: C03
# mode: scan
# level: suspicious
# due: now
# network: world
# title: a miner with the name of a kernel thread, kept by cron and a file that cannot be changed
. "$here/intruder.sh"
word name
pick place /var/tmp/.cache /usr/lib/.x "/tmp/.$name"
pick title '[kworker/1:2]' '[kthreadd]' '[ksoftirqd/0]'
mkdir -p "$place"
cp /bin/sleep "$place/$name"
start -a "$title" "$place/$name" 100000
said pid "$pid"
wait_for reaches_world >/dev/null
start -a "$place/$name -o stratum+tcp://$far:3333 -u x" "$place/$name" 100001
said pid "$pid"
echo "*/10 * * * * root $place/$name >/dev/null 2>&1" >/etc/cron.d/popularity
said path /etc/cron.d/popularity
chattr +i "$place/$name" || true
said restarter path /etc/cron.d/popularity
