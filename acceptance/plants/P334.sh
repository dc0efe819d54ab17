# id: P334
# mode: scan
# level: suspicious
# title: the program's own text lies in anonymous memory
# due: later (a program in /opt may be packed: unusual)
pick user root www-data
word name
mkdir -p "/opt/$name"
cp "$here/hollow" "/opt/$name/$name"
start -u "$user" "/opt/$name/$name"
wait_for sh -c "grep -q 'r-xp 00000000 00:00 0 *$' /proc/$pid/maps"
said pid "$pid"
