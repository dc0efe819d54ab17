# id: P05
# mode: scan
# level: suspicious
# title: a process hidden by a mount over its directory in /proc
# without baseline: a mount in /proc is no file
# due: now
pick how empty tmpfs other
start -u nobody sleep 100000
wait_for runs "$pid" /usr/bin/sleep
word name
case $how in
empty) mkdir "/var/tmp/$name" && mount --bind "/var/tmp/$name" "/proc/$pid" ;;
tmpfs) mount -t tmpfs "$name" "/proc/$pid" ;;
other) mount --bind /proc/1 "/proc/$pid" ;;
esac
said pid "$pid"
said path "/proc/$pid"
