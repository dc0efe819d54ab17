# id: L139
# mode: scan
# title: the server of a cache, built here, on the loopback
useradd -r -M -s /usr/sbin/nologin redis
mkdir -p /usr/local/lib/redis /var/lib/redis
cp "$python" /usr/local/bin/redis-server
listening_script /usr/local/lib/redis/main.py 6379 127.0.0.1
start -u redis -d /var/lib/redis /usr/local/bin/redis-server /usr/local/lib/redis/main.py
wait_for listens 6379
