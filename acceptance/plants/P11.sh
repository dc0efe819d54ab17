# id: P11
# mode: scan
# level: suspicious
# title: a cron file that runs a hidden program in a volatile directory
# due: now
word name
pick place /var/tmp/... /dev/shm/.x /tmp/.ICE-unix/.s
mkdir -p "$place"
cp "$here/idle" "$place/$name"
echo "*/5 * * * * root $place/$name >/dev/null 2>&1" >/etc/cron.d/0systemd-service
said path /etc/cron.d/0systemd-service
