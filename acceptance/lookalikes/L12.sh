# id: L12
# mode: scan
# title: a diverted program with a wrapper in its place
dpkg-divert --local --rename --add /usr/bin/rsync
printf '#!/bin/sh\nexec nice /usr/bin/rsync.distrib "$@"\n' >/usr/bin/rsync
chmod 755 /usr/bin/rsync
