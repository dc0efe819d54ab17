# id: P126
# mode: scan
# level: suspicious
# title: a perl or php on the port of a database, a name server or a mailbox
# due: now
pick port 3306 53 110 389 993
pick place /usr/local/lib /var/lib/misc /root
pick language perl php
word name
mkdir -p "$place"
if [ "$language" = perl ]; then
    echo "use IO::Socket::INET; my \$s = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $port, Listen => 5); sleep 100000;" >"$place/$name"
else
    echo "<?php \$s = stream_socket_server('tcp://0.0.0.0:$port'); sleep(100000);" >"$place/$name"
fi
start "$language" "$place/$name"
wait_for listens "$port"
said pid "$pid"
said port "$port"
