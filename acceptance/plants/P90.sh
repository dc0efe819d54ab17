# id: P90
# mode: scan
# level: suspicious
# title: a program of no package with an old date
# due: now
word name
cp "$here/idle" "/usr/bin/$name"
touch -d 2015-01-01 "/usr/bin/$name"
said path "/usr/bin/$name"
