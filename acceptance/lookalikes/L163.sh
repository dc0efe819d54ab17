# id: L163
# mode: scan
# title: a private network by a program and its scripts
mkdir -p /etc/openvpn /etc/wireguard /dev/net
mknod /dev/net/tun c 10 200 2>/dev/null || true
printf 'dev tun\nscript-security 2\nup /etc/openvpn/update-resolv-conf\ndown /etc/openvpn/update-resolv-conf\n' >/etc/openvpn/server.conf
printf '#!/bin/bash\n[ "$script_type" ] || exit 0\nexit 0\n' >/etc/openvpn/update-resolv-conf
chmod 755 /etc/openvpn/update-resolv-conf
printf '[Interface]\nAddress = 10.9.0.1/24\nPostUp = iptables -A FORWARD -i %%i -j ACCEPT; iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\nPostDown = iptables -D FORWARD -i %%i -j ACCEPT\nListenPort = 51820\n' >/etc/wireguard/wg0.conf
start perl -e 'use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 51820, Proto => "udp"); sleep 100000'
