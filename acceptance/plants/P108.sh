# id: P108
# mode: scan
# level: suspicious
# title: a packet socket held by a perl that calls itself a network daemon
# due: now
pick name '/usr/lib/systemd/systemd-networkd' '/usr/sbin/lldpd: monitor' '/sbin/dhclient -4 -v -i eth0' 'avahi-daemon: running [web1.local]'
start perl -e "
socket(my \$s, 17, 3, 0x0300) or die; \$0 = '$name';
open(F, '>', '$ready'); close(F); sleep 100000;"
wait_ready
said pid "$pid"
