# id: P315
# mode: scan
# level: suspicious
# title: a program that reads the password hashes
# due: now
word name
pick path /var/tmp/$name /usr/local/lib/$name /home/anna/.$name /dev/shm/$name
pick group shadow root disk
cp /bin/cat "$path"
chgrp "$group" "$path"
chmod 2755 "$path"
said path "$path"
