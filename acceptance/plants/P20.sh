# id: P20
# mode: scan
# level: suspicious
# title: an ordinary file in /dev
# due: now
pick path /dev/.udev.tdb /dev/ptyp /dev/.lib1
cp /bin/true "$path"
said path "$path"
