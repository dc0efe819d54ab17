# id: L127
# mode: scan
# title: directories with a dot in places where tools make them
mkdir -p /var/www/.cache/composer /var/www/.npm/_cacache /var/www/html/.git/hooks /var/www/html/.well-known/acme-challenge /srv/repo/.git/hooks /srv/app/.venv/bin /srv/app/.pytest_cache /srv/app/node_modules/.bin /tmp/.private /opt/app/.cache /usr/local/lib/node_modules/.package-lock /var/lib/jenkins/.m2/repository /var/backups/.snapshots /root/.cache/pip /usr/local/share/.config/yarn
echo token >/var/www/html/.well-known/acme-challenge/token
printf '#!/bin/sh\nexec node_modules/.bin/lint-staged\n' >/srv/repo/.git/hooks/pre-commit
printf '#!/bin/sh\ncommand -v git-lfs >/dev/null 2>&1 || { echo >&2 "git-lfs missing"; exit 2; }\ngit lfs post-merge "$@"\n' >/srv/repo/.git/hooks/post-merge
chmod 755 /srv/repo/.git/hooks/*
printf '#!/usr/bin/env node\nrequire("../eslint")\n' >/srv/app/node_modules/.bin/eslint
chmod 755 /srv/app/node_modules/.bin/eslint
ln -s /usr/bin/python3 /srv/app/.venv/bin/python
touch /etc/.pwd.lock /etc/skel/.bash_aliases /usr/local/.keep /var/lib/.placeholder
chown -R www-data: /var/www
