# id: K119
# mode: scan
# level: suspicious
# title: a daemon in /usr/local that removed its own file, and its copy hides under another name
# due: now
word name
pick place /usr/local/sbin /usr/local/libexec /srv
mkdir -p "$place"
cp "$here/idle" "$place/$name"
start -a '/usr/sbin/rsyslogd -n' "$place/$name"
wait_for runs "$pid" "$place/$name"
rm "$place/$name"
said pid "$pid"
