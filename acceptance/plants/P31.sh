# id: P31
# mode: scan
# level: note
# title: a shell that keeps no history
# due: now
pick name HISTFILE MYSQL_HISTFILE
pick user root www-data anna
start -u "$user" -e HISTFILE=/dev/null -e "$name=/dev/null" bash -c 'sleep 100000; true'
wait_for runs "$pid" /usr/bin/bash
wait_for starts -x -P "$pid" sleep
said pid "$pid"
said pid "$(pgrep -P "$pid")"
