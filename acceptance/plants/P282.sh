# id: P282
# mode: scan
# level: note
# title: the pid file of a known daemon names another program
# without baseline: a pid file in /run comes and goes with its daemon
# due: now
word name
mkdir -p "/opt/$name"
cp "$here/idle" "/opt/$name/$name"
start "/opt/$name/$name"
pick file crond.pid sshd.pid
echo "$pid" >"/run/$file"
said path "/run/$file"
said pid "$pid"
