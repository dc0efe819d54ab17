# id: P33
# mode: scan
# level: suspicious
# title: a loaded library whose file is gone
# without baseline: its file is gone
# due: now
word name
pick place /tmp /dev/shm /var/tmp /usr/lib/x86_64-linux-gnu
pick user root www-data
library=$place/lib$name.so
cp "$here/empty.so" "$library"
chmod 755 "$library"
start -u "$user" python3 -c "
import ctypes, signal
ctypes.CDLL('$library')
open('$ready', 'w')
signal.pause()"
wait_ready
rm "$library"
wait_for maps "$pid" "$library (deleted)"
said pid "$pid"
said path "$library"
