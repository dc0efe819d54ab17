# id: P318
# mode: scan
# level: suspicious
# title: a library of no package among the libraries of packages, with a version like theirs
# due: later (a library that nothing loads is unusual)
word name
pick place /usr/lib/x86_64-linux-gnu /usr/lib /usr/lib64
mkdir -p "$place"
cp "$here/empty.so" "$place/lib$name.so.2.0"
ln -s "lib$name.so.2.0" "$place/lib$name.so.2"
said path "$place/lib$name.so.2.0"
