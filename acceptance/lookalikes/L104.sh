# id: L104
# mode: scan
# title: the rotation of logs with scripts after it
mkdir -p /etc/logrotate.d /var/log/app
cat >/etc/logrotate.d/app <<'END'
/var/log/app/*.log {
	weekly
	rotate 8
	compress
	delaycompress
	missingok
	sharedscripts
	postrotate
		[ ! -f /run/app.pid ] || kill -USR1 $(cat /run/app.pid)
		/usr/local/bin/ship-logs /var/log/app >/dev/null 2>&1 || true
	endscript
}
END
printf '#!/bin/sh\ncurl -sf -T "$1/app.log.1" https://logs.example.org/upload\n' >/usr/local/bin/ship-logs
chmod 755 /usr/local/bin/ship-logs
