# id: P131
# mode: scan
# level: note
# title: a shell whose history goes nowhere, by other words
# due: now
pick what HISTFILE=/dev/zero HISTSIZE=0 HISTFILE= HISTFILESIZE=0 LESSHISTFILE=/dev/null HISTFILE=/tmp/.h
pick user root www-data anna
start -u "$user" -e "$what" -e HISTFILE=/dev/null -e HISTSIZE=0 sh -c 'sleep 100000; true'
wait_for starts -x -P "$pid" sleep
said pid "$pid"
said pid "$(pgrep -P "$pid")"
