# id: P134
# mode: scan
# level: suspicious
# title: code in anonymous memory of a perl
# due: now
pick user root www-data
start -u "$user" perl -e "
my \$page = syscall(9, 0, 1 << 20, 7, 0x22, -1, 0);
open(F, '>', '$ready'); close(F); sleep 100000;"
wait_ready
wait_for maps "$pid" rwxp
said pid "$pid"
