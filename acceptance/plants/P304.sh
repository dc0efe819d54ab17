# id: P304
# mode: scan
# level: suspicious
# title: a script executed from memory by php, argv0 of a daemon
# due: now
start -u www-data python3 -c "
import os
fd = os.memfd_create('sess', 0)
os.write(fd, b'<?php touch(\"$ready\"); while (true) sleep(1000);')
os.execvp('php', ['php-fpm: pool www', '/proc/self/fd/%d' % fd])"
wait_ready
said pid "$pid"
