# id: L33
# mode: scan
# title: a page that runs a converter
some_port port
mkdir -p /var/www/html
printf '#!/bin/sh\nsleep 100000\n' >/usr/local/bin/convert
chmod 755 /usr/local/bin/convert
printf '<?php exec("/usr/local/bin/convert a.png b.jpg");' >/var/www/html/index.php
start -u www-data php -S "127.0.0.1:$port" -t /var/www/html
wait_for listens "$port"
start python3 -c "
import signal, socket
s = socket.create_connection(('127.0.0.1', $port))
s.send(b'GET / HTTP/1.0\r\n\r\n')
signal.pause()"
wait_for starts -x convert
