# id: L147
# mode: scan
# title: the start script of a vendor in /opt
mkdir -p /opt/vendor/agent/bin
cp "$here/idle" /opt/vendor/agent/bin/vagentd
cat >/etc/init.d/vagentd <<'END'
#!/bin/sh
### BEGIN INIT INFO
# Provides:          vagentd
# Required-Start:    $network $remote_fs
# Required-Stop:     $network
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Vendor agent
### END INIT INFO
DAEMON=/opt/vendor/agent/bin/vagentd
PIDFILE=/var/run/vagentd.pid
. /lib/lsb/init-functions
case "$1" in
start) start-stop-daemon --start --quiet --background --make-pidfile --pidfile $PIDFILE --exec $DAEMON -- --conf /opt/vendor/agent/conf >/dev/null 2>&1 & ;;
stop) start-stop-daemon --stop --pidfile $PIDFILE ;;
restart) $0 stop; $0 start ;;
esac
exit 0
END
chmod 755 /etc/init.d/vagentd
for level in 2 3 4 5; do ln -s ../init.d/vagentd "/etc/rc$level.d/S20vagentd"; done
start /opt/vendor/agent/bin/vagentd --conf /opt/vendor/agent/conf
echo "$pid" >/run/vagentd.pid
