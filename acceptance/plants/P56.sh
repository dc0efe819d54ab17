# id: P56
# mode: scan
# level: suspicious
# title: a hook in a repository of system files
# due: now
mkdir -p /etc/.git/hooks
printf '#!/bin/sh\ntrue\n' >/etc/.git/hooks/post-commit
chmod 755 /etc/.git/hooks/post-commit
said path /etc/.git/hooks/post-commit
