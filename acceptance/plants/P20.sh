# id: P20
# mode: scan
# level: suspicious
# title: an ordinary file in /dev
# due: later (file sweeps)
pick path /dev/.udev.tdb /dev/ptyp /dev/.lib1
cp /bin/true "$path"
said path "$path"
