# id: P234
# mode: scan
# level: suspicious
# title: anonymous memory that was written and then made executable
# due: later (a program in /opt may be packed: unusual)
word name
pick place "/opt/$name" /usr/local/sbin /usr/local/lib
mkdir -p "$place"
cp "$here/rx" "$place/$name"
start "$place/$name"
wait_for sh -c "grep -q 'r-xp 00000000 00:00 0 *$' /proc/$pid/maps"
said pid "$pid"
