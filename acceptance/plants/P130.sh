# id: P130
# mode: scan
# level: suspicious
# title: a process started with an empty name and nothing else
# due: now
word name
mkdir -p "/opt/$name"
cp "$here/idle" "/opt/$name/$name"
pick first '' ' '
start perl -e "%ENV = (); exec {'/opt/$name/$name'} '$first';"
wait_for runs "$pid" "/opt/$name/$name"
said pid "$pid"
