# id: P37
# mode: scan
# level: note
# title: a directory named three dots and a blank
# due: now
pick path '/var/tmp/... ' '/tmp/.. ' '/dev/shm/ '
mkdir "$path"
said path "$path"
