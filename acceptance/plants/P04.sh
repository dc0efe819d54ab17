# id: P04
# mode: scan
# level: suspicious
# title: a program executed from memory
# due: now
pick name '' jit '[kworker/u4:1]'
pick source /bin/sleep /usr/bin/tail
pick user root www-data
pick by descriptor path
start -u "$user" python3 -c "
import os
fd = os.memfd_create('$name', 0)
os.write(fd, open('$source', 'rb').read())
target = fd if '$by' == 'descriptor' else '/proc/self/fd/%d' % fd
os.execve(target, ['x', '100000'] if 'sleep' in '$source' else ['x', '-f', '/dev/null'], {})"
wait_for sh -c "readlink /proc/$pid/exe | grep -q ^/memfd:"
said pid "$pid"
