# id: L24
# mode: scan
# title: a daemon that still uses the library before its upgrade
library=/usr/lib/x86_64-linux-gnu/libz.so.1
real=$(readlink -f "$library")
start python3 -c "
import ctypes, signal
ctypes.CDLL('$library')
open('$ready', 'w')
signal.pause()"
wait_ready
cp -p "$real" "$real.dpkg-new"
mv "$real.dpkg-new" "$real"
wait_for maps "$pid" 'libz.*(deleted)'
