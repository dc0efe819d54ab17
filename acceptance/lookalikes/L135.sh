# id: L135
# mode: scan
# title: a web framework's server on the loopback, with workers
useradd -r -m -d /srv/shop shop
mkdir -p /srv/shop/venv/bin
ln -s /usr/bin/python3 /srv/shop/venv/bin/python
cat >/srv/shop/venv/bin/gunicorn <<'END'
import os, signal, socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 8000))
s.listen()
for _ in range(3):
    if os.fork() == 0:
        break
signal.pause()
END
start -u shop -d /srv/shop /srv/shop/venv/bin/python /srv/shop/venv/bin/gunicorn shop.wsgi:application --bind 127.0.0.1:8000 --workers 3
wait_for listens 8000
