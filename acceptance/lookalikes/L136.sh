# id: L136
# mode: scan
# title: a cluster of node processes in the home of a developer
mkdir -p /home/anna/.nvm/versions/node/v20.11.0/bin /home/anna/shop/node_modules/.bin
cp "$python" /home/anna/.nvm/versions/node/v20.11.0/bin/node
cat >/home/anna/shop/server.py <<'END'
import os, signal, socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 3000))
s.listen()
for _ in range(2):
    if os.fork() == 0:
        break
signal.pause()
END
chown -R anna: /home/anna
start -u anna -d /home/anna/shop -e HOME=/home/anna /home/anna/.nvm/versions/node/v20.11.0/bin/node server.py
wait_for listens 3000
