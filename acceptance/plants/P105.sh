# id: P105
# mode: scan
# level: suspicious
# title: the command line of a process covered by a mount
# without baseline: a mount in /proc is no file
# due: now
start -u nobody perl -e 'sleep 100000'
wait_for runs "$pid" "$(readlink -f /usr/bin/perl)"
pick file cmdline comm status stat maps
echo >/var/tmp/e
mount --bind /var/tmp/e "/proc/$pid/$file"
said pid "$pid"
said path "/proc/$pid/$file"
