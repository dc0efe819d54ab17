# id: P225
# mode: scan
# level: suspicious
# title: a script that calls itself a web server which is not installed
# due: now
pick port 8080 8443 8000
pick argv0 'nginx: master process /usr/sbin/nginx -g daemon on; master_process on;' '/usr/sbin/apache2 -k start' '/usr/sbin/httpd'
word name
mkdir -p "/var/lib/$name"
listening_script "/var/lib/$name/$name" "$port"
pick user root www-data
start -u "$user" -a "$argv0" python3 "/var/lib/$name/$name"
wait_for listens "$port"
said pid "$pid"
said port "$port"
