# id: K104
# mode: scan
# level: suspicious
# title: a library of no package answers who is who
# due: now
word name
pick database passwd hosts shadow
cp "$here/empty.so" "/usr/lib/x86_64-linux-gnu/libnss_$name.so.2"
sed -i -E "s/^($database: *)/\1$name /" /etc/nsswitch.conf
said path /etc/nsswitch.conf
said line "/etc/nsswitch.conf:$(grep -n "^$database:" /etc/nsswitch.conf | cut -d: -f1)"
said path "/usr/lib/x86_64-linux-gnu/libnss_$name.so.2"
