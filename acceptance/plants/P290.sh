# id: P290
# mode: scan
# level: suspicious
# title: a program of no package with a date in the future
# due: now
word name
pick place /usr/sbin /usr/lib/openssh /usr/bin
cp "$here/idle" "$place/$name"
touch -d 2037-01-01 "$place/$name"
said path "$place/$name"
