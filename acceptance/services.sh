# Starts what the server root has, each as its unit would: user, directory under /run, arguments. Sourced by a recipe.
# Left out: what changes the whole machine (auditd, chrony) or needs it (dockerd).
run_directory() { install -d -m "$3" -o "$2" -g "$2" "/run/$1"; }
run_directory php www-data 755
run_directory mysqld mysql 755
run_directory redis redis 2755
run_directory fail2ban root 755
run_directory dbus messagebus 755
install -d -m 2775 -o postgres -g postgres /run/postgresql

start -u messagebus /usr/bin/dbus-daemon --system --nofork --nopidfile --syslog-only
start rsyslogd -n -iNONE
start /usr/sbin/php-fpm8.2 --nodaemonize --fpm-config /etc/php/8.2/fpm/php-fpm.conf
start -u mysql /usr/sbin/mariadbd
start -u redis /usr/bin/redis-server /etc/redis/redis.conf --daemonize no
start -u shop -d /srv/shop -e NODE_ENV=production /usr/bin/node /srv/shop/server.js
start -u forms -d /srv/forms/app /srv/forms/venv/bin/python /srv/forms/app/main.py
start -u tomcat -d /var/lib/tomcat10 -e CATALINA_HOME=/usr/share/tomcat10 -e CATALINA_BASE=/var/lib/tomcat10 \
    -e CATALINA_TMPDIR=/tmp -e 'JAVA_OPTS=-Djava.awt.headless=true' /bin/sh /usr/libexec/tomcat10/tomcat-start.sh
start /usr/bin/containerd
touch /var/log/auth.log
start /usr/bin/fail2ban-server -xf start
start /usr/bin/python3 /usr/share/unattended-upgrades/unattended-upgrade-shutdown --wait-for-signal
pg_ctlcluster --skip-systemctl-redirect 15 main start
/usr/sbin/nginx -g 'daemon on; master_process on;' 3>&-
/usr/sbin/postfix start >/dev/null 2>&1 3>&-
for port in 80 3000 3306 5432 6379 8000 8080 8081; do wait_for listens "$port"; done
wait_for test -S /run/php/php8.2-fpm.sock
wait_for test -S /run/fail2ban/fail2ban.sock
