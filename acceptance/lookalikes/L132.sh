# id: L132
# mode: scan
# title: static programs without symbols in /usr/local/bin, run as services
mkdir -p /etc/systemd/system /var/lib/prometheus
useradd -r -M -s /usr/sbin/nologin node_exporter
cp "$here/idle" /usr/local/bin/node_exporter
cp "$here/idle" /usr/local/bin/promtail
cp "$here/idle" /usr/local/bin/traefik
printf '[Unit]\nDescription=Node Exporter\n[Service]\nUser=node_exporter\nExecStart=/usr/local/bin/node_exporter --web.listen-address=:9100\nNoNewPrivileges=yes\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/node_exporter.service
printf '[Service]\nExecStart=/usr/local/bin/promtail -config.file=/etc/promtail.yml\n' >/etc/systemd/system/promtail.service
start -u node_exporter /usr/local/bin/node_exporter --web.listen-address=:9100
start /usr/local/bin/promtail -config.file=/etc/promtail.yml
start /usr/local/bin/traefik --configfile=/etc/traefik/traefik.yml
wait_for runs "$pid" /usr/local/bin/traefik
