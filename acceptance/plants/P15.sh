# id: P15
# mode: scan
# level: suspicious
# title: a program in /var/tmp that gives root
# due: now
pick path /var/tmp/.s /dev/shm/.p /tmp/rootbash
cp /bin/true "$path"
chmod 4755 "$path"
said path "$path"
