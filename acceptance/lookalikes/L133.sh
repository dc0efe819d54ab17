# id: L133
# mode: scan
# title: a service of /usr/local/bin that listens for the monitoring
useradd -r -M -s /usr/sbin/nologin node_exporter
cp "$python" /usr/local/bin/node_exporter
cat >/tmp/listen.py <<END
import signal, socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 9100))
s.listen()
signal.pause()
END
mv /tmp/listen.py /usr/local/lib/node_exporter.py
start -u node_exporter /usr/local/bin/node_exporter /usr/local/lib/node_exporter.py --web.listen-address=:9100
wait_for listens 9100
