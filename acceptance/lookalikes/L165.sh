# id: L165
# mode: scan
# title: shells that wait for pipes and terminals: coprocesses, serial lines, watchers
start -u anna bash -c 'coproc cat; sleep 100000'
start bash -c 'mkfifo /run/cmd.fifo; while read -r line; do :; done <>/run/cmd.fifo'
start -u anna sh -c 'exec 3<>/dev/null; exec sleep 100000'
start -u postgres perl -e 'socketpair(my $a, my $b, 1, 1, 0); if (!fork) { open(STDIN, "<&", $b); open(STDOUT, ">&", $b); exec "sh", "-c", "read x; sleep 1000" } sleep 100000'
