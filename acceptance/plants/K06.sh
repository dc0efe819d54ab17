# id: K06
# mode: scan
# level: suspicious
# title: a library that every program has to load
# due: now
word name
pick place /usr/local/lib /usr/lib/x86_64-linux-gnu /etc
cp "$here/empty.so" "$place/lib$name.so"
chmod 755 "$place/lib$name.so"
echo "$place/lib$name.so" >/etc/ld.so.preload
said path /etc/ld.so.preload
said path "$place/lib$name.so"
