# id: C17
# mode: scan
# level: suspicious
# due: now
# network: world
# title: a miner and a key in the home of root, four lines of cron
. "$here/intruder.sh"
word name
place=/root/.config$((RANDOM % 10))
mkdir -p "$place/a" "$place/b"
cp /bin/sleep "$place/a/kswapd0"
printf '#!/bin/sh\ncd %s/a && ./kswapd0 &\n' "$place" >"$place/a/upd"
dialler "$place/b/$name" 443
chmod 755 "$place/a/upd"
wait_for reaches_world >/dev/null
start -d "$place/a" -a kswapd0 "$place/a/kswapd0" 100000
said pid "$pid"
start -d "$place/b" -a rsync python3 "$place/b/$name"
dialled "$name"
said pid "$pid"
crontab_of root "5 6 */2 0 0 $place/a/upd>/dev/null 2>&1" "@reboot $place/a/upd>/dev/null 2>&1" "5 8 * * 0 $place/b/$name>/dev/null 2>&1" "@reboot $place/b/$name>/dev/null 2>&1"
new_key /root
said restarter path /var/spool/cron/crontabs/root
