# id: L167
# mode: scan
# title: inetd with an ordinary service, ppp, and a terminal on a serial line
printf 'ftp stream tcp nowait root /usr/sbin/tcpd /usr/sbin/in.ftpd\ncheck_mk stream tcp nowait root /usr/bin/check_mk_agent check_mk_agent\n#shell stream tcp nowait root /bin/sh sh -i\n' >/etc/inetd.conf
printf 'id:2:initdefault:\nsi::sysinit:/etc/init.d/rcS\n1:2345:respawn:/sbin/getty --noclear 38400 tty1\nT0:23:respawn:/sbin/getty -L ttyS0 9600 vt100\nca:12345:ctrlaltdel:/sbin/shutdown -t1 -a -r now\n' >/etc/inittab
mkdir -p /etc/xinetd.d
printf 'service check_mk\n{\n\ttype = UNLISTED\n\tport = 6556\n\tsocket_type = stream\n\twait = no\n\tuser = root\n\tserver = /usr/bin/check_mk_agent\n\tdisable = no\n}\n' >/etc/xinetd.d/check_mk
