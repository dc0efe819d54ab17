# id: L44
# mode: scan
# title: a private network
mkdir -p /dev/net
mknod /dev/net/tun c 10 200
ip tuntap add tun0 mode tun && ip addr add 10.8.0.1/24 dev tun0 && ip link set tun0 up
ip link add wg0 type wireguard || echo 'no wireguard in this kernel: the tunnel device only'
mkdir -p /usr/local/sbin
printf 'import signal, socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(("0.0.0.0", 1194))\nopen("%s", "w")\nsignal.pause()\n' "$ready" >/usr/local/sbin/tailscaled
start python3 /usr/local/sbin/tailscaled
wait_ready
