# id: L112
# mode: scan
# title: modules of containers at boot, on a root without modules
mkdir -p /etc/modules-load.d /etc/modprobe.d /etc/sysctl.d
printf 'br_netfilter\noverlay\n' >/etc/modules-load.d/k8s.conf
printf '# needed by wireguard\nwireguard\nip_vs\nip_vs_rr\nnf_conntrack\n' >/etc/modules-load.d/net.conf
printf '# /etc/modules: kernel modules to load at boot time.\nloop\ntun\n' >/etc/modules
printf 'net.bridge.bridge-nf-call-iptables = 1\nnet.ipv4.ip_forward = 1\n' >/etc/sysctl.d/k8s.conf
