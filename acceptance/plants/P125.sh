# id: P125
# mode: scan
# level: suspicious
# title: a perl that calls itself sshd on a port like the secure shell's
# due: now
pick port 222 2022 22222 8022
pick place /usr/lib/openssh /usr/local/libexec /var/lib/misc
word name
mkdir -p "$place"
cat >"$place/$name" <<END
use IO::Socket::INET;
my \$s = IO::Socket::INET->new(LocalAddr => "0.0.0.0", LocalPort => $port, Listen => 5);
\$0 = "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups";
sleep 100000;
END
start perl "$place/$name"
wait_for listens "$port"
said pid "$pid"
said port "$port"
