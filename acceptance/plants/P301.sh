# id: P301
# mode: scan
# level: suspicious
# title: a hidden program of the web user below the web root
# due: now
word name
pick place /var/www/html/.well-known/.$name /var/www/.cache/.$name /var/www/html/wp-content/cache/.$name
mkdir -p "$place"
cp "$here/idle" "$place/$name"
chown -R www-data: /var/www
start -u www-data "$place/$name"
wait_for runs "$pid" "$place/$name"
said pid "$pid"
said path "$place/$name"
