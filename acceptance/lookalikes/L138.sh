# id: L138
# mode: scan
# title: the server of a developer's pages
mkdir -p /home/anna/site
echo '<?php phpinfo();' >/home/anna/site/index.php
chown -R anna: /home/anna
start -u anna -d /home/anna/site php -S 127.0.0.1:8080 -t /home/anna/site
wait_for listens 8080
start -u anna -d /home/anna/site python3 -m http.server 8001 --bind 127.0.0.1
wait_for listens 8001
