# id: K12
# mode: scan
# level: suspicious
# title: a program that deleted itself after its start
# due: now
word name
pick place /opt /usr/local/sbin /root /home/anna
pick user root www-data
mkdir -p "$place/d"
chmod 755 "$place"
cp "$here/idle" "$place/d/$name"
start -u "$user" "$place/d/$name"
wait_for runs "$pid" "$place/d/$name"
rm -r "$place/d"
said pid "$pid"
