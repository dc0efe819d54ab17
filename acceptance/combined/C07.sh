# id: C07
# mode: scan
# level: suspicious
# due: now
# title: a container with the root of the machine in it, and cron on the machine
. "$here/intruder.sh"
word name
start unshare --mount --pid --fork --mount-proc sh -c "mkdir /run/host && mount --bind / /run/host && touch $ready && chroot /run/host sh -c 'while :; do sleep 1000; done'"
wait_ready
# Either tells of the container: what made it, or what works in it.
container="$pid $(pgrep -n -f 'while :; do sleep')"
mkdir -p "/var/tmp/.$name"
cp "$here/idle" "/var/tmp/.$name/agent"
echo "* * * * * root /var/tmp/.$name/agent" >"/etc/cron.d/$name"
start "/var/tmp/.$name/agent"
said pid "$pid"
said path "/etc/cron.d/$name"
said one-of pid $container
said restarter path "/etc/cron.d/$name"
