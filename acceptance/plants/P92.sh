# id: P92
# mode: scan
# level: suspicious
# title: a cron file written and a connection made through io_uring
# due: now
some_port port
word name
other_end "$port"
mkdir "/opt/$name"
cp "$here/ring" "/opt/$name/$name"
start "/opt/$name/$name" /etc/cron.d/zz-sync "* * * * * root /dev/shm/.$name/run" "$port"
wait_for sh -c "ss -Htn state established '( dport = :$port )' | grep -q ."
said pid "$pid"
said path /etc/cron.d/zz-sync
