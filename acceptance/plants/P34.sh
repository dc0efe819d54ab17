# id: P34
# mode: scan
# level: suspicious
# title: writable and executable memory in a program that compiles nothing
# due: now
word name
pick place "/opt/$name" /usr/local/bin /usr/local/sbin
pick user root www-data
mkdir -p "$place"
cp "$here/rwx" "$place/$name"
start -u "$user" "$place/$name"
wait_for maps "$pid" rwxp
said pid "$pid"
