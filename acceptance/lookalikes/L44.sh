# id: L44
# mode: scan
# title: a private network
mkdir -p /dev/net
mknod /dev/net/tun c 10 200
ip tuntap add tun0 mode tun && ip addr add 10.8.0.1/24 dev tun0 && ip link set tun0 up
ip link add wg0 type wireguard || echo 'no wireguard in this kernel: the tunnel device only'
pick kind script inline program
code="import signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('0.0.0.0', 1194))
open('$ready', 'w')
signal.pause()"
case $kind in
script)
    mkdir -p /usr/local/sbin
    echo "$code" >/usr/local/sbin/tailscaled
    start python3 /usr/local/sbin/tailscaled
    ;;
inline) start python3 -c "$code" ;;
program)
    mkdir -p /opt/vpn
    cp /usr/bin/python3 /opt/vpn/openvpn
    start /opt/vpn/openvpn -c "$code"
    ;;
esac
wait_ready
