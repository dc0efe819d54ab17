# What an admin adds to the server root once its packages are there. Run in it as root while nothing runs.
set -euo pipefail

# A shop in node and a mail form in python, each with a user and a unit of its own.
useradd --system --home-dir /srv/shop --shell /usr/sbin/nologin shop
useradd --system --home-dir /srv/forms --shell /usr/sbin/nologin forms
mkdir -p /srv/shop/node_modules/left /srv/forms/app
cat >/srv/shop/server.js <<'END'
const http = require("http"), left = require("left");
http.createServer((request, response) => response.end(left("shop"))).listen(3000, "127.0.0.1");
END
echo 'module.exports = text => " " + text;' >/srv/shop/node_modules/left/index.js
echo '{"name": "shop", "version": "1.0.0", "main": "server.js"}' >/srv/shop/package.json
python3 -m venv /srv/forms/venv
cat >/srv/forms/app/main.py <<'END'
import http.server

http.server.ThreadingHTTPServer(("127.0.0.1", 8000), http.server.SimpleHTTPRequestHandler).serve_forever()
END
chown -R shop:shop /srv/shop
chown -R forms:forms /srv/forms/app
cat >/etc/systemd/system/shop.service <<'END'
[Unit]
Description=The shop
After=network.target

[Service]
User=shop
WorkingDirectory=/srv/shop
Environment=NODE_ENV=production
ExecStart=/usr/bin/node /srv/shop/server.js
Restart=on-failure

[Install]
WantedBy=multi-user.target
END
cat >/etc/systemd/system/forms.service <<'END'
[Unit]
Description=Mail forms

[Service]
User=forms
WorkingDirectory=/srv/forms/app
ExecStart=/srv/forms/venv/bin/python /srv/forms/app/main.py
Restart=always

[Install]
WantedBy=multi-user.target
END
mkdir -p /etc/systemd/system/multi-user.target.wants /etc/systemd/system/nginx.service.d
ln -s /etc/systemd/system/shop.service /etc/systemd/system/forms.service /etc/systemd/system/multi-user.target.wants/
printf '[Service]\nLimitNOFILE=65536\n' >/etc/systemd/system/nginx.service.d/limits.conf

# Web pages, settings, a backup every night, an admin with a key.
mkdir -p /var/www/html/uploads
echo '<?php echo "hello from ", htmlspecialchars($_GET["name"] ?? "web1");' >/var/www/html/index.php
chown -R www-data:www-data /var/www/html/uploads
cat >/etc/nginx/sites-available/shop <<'END'
server {
    listen 8081;
    location / { proxy_pass http://127.0.0.1:3000; }
    location ~ \.php$ { root /var/www/html; include snippets/fastcgi-php.conf; fastcgi_pass unix:/run/php/php8.2-fpm.sock; }
}
END
ln -s ../sites-available/shop /etc/nginx/sites-enabled/shop
printf 'PermitRootLogin prohibit-password\nPasswordAuthentication no\n' >/etc/ssh/sshd_config.d/admin.conf
printf '[mysqld]\nmax_connections = 50\n' >/etc/mysql/mariadb.conf.d/99-admin.cnf
cat >/usr/local/bin/backup <<'END'
#!/bin/sh
# Every night: the databases and the shop to the other disk.
mysqldump --all-databases | gzip >/var/backups/databases.gz
rsync -a /srv/shop /var/backups/
END
chmod 755 /usr/local/bin/backup
echo '30 2 * * * root /usr/local/bin/backup' >/etc/cron.d/backup
usermod --append --groups sudo,docker anna
install -d -m 700 -o anna -g anna /home/anna/.ssh
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl anna@desk' >/home/anna/.ssh/authorized_keys
chown anna:anna /home/anna/.ssh/authorized_keys
chmod 600 /home/anna/.ssh/authorized_keys
