# id: K122
# mode: scan
# level: suspicious
# title: a program in a raw socket of the second version of the internet protocol
# due: now
word name
mkdir -p "/usr/local/share/$name"
cat >"/usr/local/share/$name/$name.pl" <<END
socket(my \$s, 10, 3, 58) or die;
open(F, '>', '$ready'); close(F);
sleep 100000;
END
start -a '/usr/sbin/radvd' perl "/usr/local/share/$name/$name.pl"
wait_ready
said pid "$pid"
