# id: L133
# mode: scan
# title: a service of /usr/local/bin that listens for the monitoring
useradd -r -M -s /usr/sbin/nologin node_exporter
cp "$python" /usr/local/bin/node_exporter
listening_script /usr/local/lib/node_exporter.py 9100
start -u node_exporter /usr/local/bin/node_exporter /usr/local/lib/node_exporter.py --web.listen-address=:9100
wait_for listens 9100
