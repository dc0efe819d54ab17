# id: P18
# mode: scan
# level: suspicious
# title: programs of no package in directories of packages
# due: now
word name
cp /bin/true "/usr/bin/$name"
cp "$here/empty.so" "/usr/include/$name.h"
said path "/usr/bin/$name"
said path "/usr/include/$name.h"
