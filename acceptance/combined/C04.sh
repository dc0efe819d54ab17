# id: C04
# mode: scan
# level: suspicious
# due: now
# title: a library that every program loads, programs of no package with old dates
. "$here/intruder.sh"
word library
word one
word two
cp "$here/empty.so" "/usr/lib/x86_64-linux-gnu/lib$library.so.2"
echo "/usr/lib/x86_64-linux-gnu/lib$library.so.2" >/etc/ld.so.preload
cp "$here/idle" "/usr/bin/$one"
cp "$here/idle" "/usr/sbin/$two"
touch -r /bin/ls "/usr/bin/$one" "/usr/sbin/$two" "/usr/lib/x86_64-linux-gnu/lib$library.so.2"
start "/usr/sbin/$two"
said pid "$pid"
said path /etc/ld.so.preload
said path "/usr/lib/x86_64-linux-gnu/lib$library.so.2"
said path "/usr/bin/$one"
said path "/usr/sbin/$two"
