# id: P07
# mode: scan
# level: suspicious
# title: a listening script in a directory that looks like one of the X server's
# due: now
pick place /var/tmp/.ICE-unix/-l /var/tmp/.X11-unix /tmp/.XIM-unix/.d /var/tmp/.font-unix
pick user root www-data nobody
pick address 0.0.0.0 127.0.0.1
pick language python3 python3 perl php
word name
some_port port
mkdir -p -- "$place"
case $language in
python3)
    listening_script "$place/$name" "$port" "$address"
    ;;
perl)
    cat >"$place/$name" <<END
use IO::Socket::INET;
my \$s = IO::Socket::INET->new(LocalAddr => "$address", LocalPort => $port, Listen => 5);
sleep 100000;
END
    ;;
php) echo "<?php \$s = stream_socket_server('tcp://$address:$port'); sleep(100000);" >"$place/$name" ;;
esac
pick how path relative
if [ "$how" = path ]; then
    start -u "$user" "$language" "$place/$name"
else
    start -u "$user" -d "$place" "$language" "$name"
fi
wait_for listens "$port"
said pid "$pid"
said port "$port"
said path "$place/$name"
