# id: P148
# mode: scan
# level: suspicious
# title: a start script with a full head that starts a hidden program
# due: now
word name
pick place "/usr/lib/.$name" "/var/lib/.$name" /dev/shm
mkdir -p "$place"
cp "$here/idle" "$place/$name"
cat >"/etc/init.d/$name" <<END
#!/bin/sh
### BEGIN INIT INFO
# Provides:          $name
# Required-Start:    \$remote_fs \$syslog
# Required-Stop:     \$remote_fs \$syslog
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: $name
### END INIT INFO
case "\$1" in
start) start-stop-daemon --start --background --exec $place/$name ;;
stop) start-stop-daemon --stop --exec $place/$name ;;
esac
END
chmod 755 "/etc/init.d/$name"
ln -s "../init.d/$name" "/etc/rc2.d/S01$name"
said path "/etc/init.d/$name"
said path "/etc/rc2.d/S01$name"
