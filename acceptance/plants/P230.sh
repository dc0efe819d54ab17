# id: P230
# mode: scan
# level: suspicious
# title: a process that wrote blanks over its arguments
# due: now
pick user root www-data
start -u "$user" -e HOME=/ perl -e "\$0 = ' '; open(F, '>', '$ready'); close(F); sleep 100000;"
wait_ready
wait_for sh -c "tr -d '\\0 ' </proc/$pid/cmdline | cmp -s - /dev/null"
said pid "$pid"
