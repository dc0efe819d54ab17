# id: P181
# mode: scan
# level: note
# title: shared memory of the web user that nobody is attached to any more
# due: now
pick user www-data nobody
id=$(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups perl -e 'print shmget(rand(1 << 30), 131072, 0666 | 01000)')
said shm "$id"
