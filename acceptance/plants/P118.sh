# id: P118
# mode: scan
# level: suspicious
# title: a program with another name's ending in a directory of packages
# due: now
word name
pick path "/usr/share/man/man8/$name.8.gz" "/usr/lib/udev/$name" "/usr/share/doc/cron/changelog.gz~" "/usr/share/locale/.$name" "/usr/lib/x86_64-linux-gnu/security/$name"
mkdir -p "${path%/*}"
cp "$here/idle" "$path"
chmod 755 "$path"
said path "$path"
