# id: P233
# mode: scan
# level: suspicious
# title: a library that was loaded from memory
# due: now
pick name '' libcrypto.so.3 x
pick user root www-data
start -u "$user" python3 -c "
import ctypes, os, signal
fd = os.memfd_create('$name', 0)
os.write(fd, open('$here/empty.so', 'rb').read())
ctypes.CDLL('/proc/self/fd/%d' % fd)
os.close(fd)
open('$ready', 'w')
signal.pause()"
wait_ready
wait_for maps "$pid" 'memfd:.*(deleted)'
said pid "$pid"
