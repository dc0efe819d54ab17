# id: L150
# mode: scan
# title: hooks of the network and of DHCP that admins write
mkdir -p /etc/network/if-up.d /etc/network/if-pre-up.d /etc/dhcp/dhclient-exit-hooks.d /etc/NetworkManager/dispatcher.d /etc/networkd-dispatcher/routable.d
printf '#!/bin/sh\n[ "$IFACE" = eth0 ] || exit 0\nip route add 10.20.0.0/16 via 10.0.0.1 dev eth0 || true\n' >/etc/network/if-up.d/routes
printf '#!/bin/sh\niptables-restore </etc/iptables/rules.v4\n' >/etc/network/if-pre-up.d/iptables
printf 'case $reason in BOUND|RENEW) hostname "$(cat /etc/hostname)"; /usr/local/bin/ddns-update "$new_ip_address" ;; esac\n' >/etc/dhcp/dhclient-exit-hooks.d/ddns
printf '#!/bin/bash\ncase "$2" in up|vpn-up) /usr/bin/systemctl restart chrony ;; esac\n' >/etc/NetworkManager/dispatcher.d/20-chrony
printf '#!/bin/sh\n/usr/bin/systemctl reload nginx || true\n' >/etc/networkd-dispatcher/routable.d/50-nginx
printf '#!/bin/sh\ncurl -fsS "https://ddns.example.org/update?ip=$1" >/dev/null\n' >/usr/local/bin/ddns-update
chmod 755 /etc/network/if-up.d/routes /etc/network/if-pre-up.d/iptables /etc/NetworkManager/dispatcher.d/20-chrony /etc/networkd-dispatcher/routable.d/50-nginx /usr/local/bin/ddns-update
