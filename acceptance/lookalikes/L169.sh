# id: L169
# mode: scan
# title: a command of the admin's in front of a packaged one, and links
mkdir -p /usr/local/bin /usr/local/sbin
printf '#!/bin/sh\n# wrapper: keep rsync nice\nexec nice -n 19 ionice -c3 /usr/bin/rsync "$@"\n' >/usr/local/bin/rsync
printf '#!/bin/sh\nexec /usr/bin/php -d memory_limit=-1 "$@"\n' >/usr/local/bin/php
chmod 755 /usr/local/bin/rsync /usr/local/bin/php
ln -s /usr/bin/python3 /usr/local/bin/python
ln -s /usr/bin/perl /usr/local/bin/perl
cp /usr/bin/busybox /usr/local/bin/vi
printf '#!/bin/sh\nexec systemctl poweroff\n' >/usr/local/sbin/off
chmod 755 /usr/local/sbin/off
