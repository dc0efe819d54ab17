# id: P82
# mode: scan
# level: note
# title: the pid file of a daemon that is not installed
# without baseline: a pid file in /run comes and goes with its daemon
# due: now
pick name haldrund.pid bsd-port.pid "lock.$RANDOM"
echo 4711 >"/run/$name"
said path "/run/$name"
