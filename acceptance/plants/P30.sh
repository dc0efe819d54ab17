# id: P30
# mode: scan
# level: suspicious
# title: a process that wiped its arguments and environment
# due: now
pick how helper python
pick user root www-data
word name
if [ "$how" = helper ]; then
    mkdir -p "/opt/$name"
    cp "$here/wipe" "/opt/$name/$name"
    start -u "$user" -e "HOME=/opt/$name" "/opt/$name/$name" --config secret
else
    start -u "$user" -e HOME=/ python3 -c "
import ctypes, signal
field = open('/proc/self/stat').read().rpartition(')')[2].split()
for first, last in ((45, 46), (47, 48)):
    start, end = int(field[first]), int(field[last])
    ctypes.memset(start, 0, end - start)
signal.pause()"
fi
wait_for sh -c "tr -d '\\0' </proc/$pid/cmdline | cmp -s - /dev/null && tr -d '\\0' </proc/$pid/environ | cmp -s - /dev/null"
said pid "$pid"
