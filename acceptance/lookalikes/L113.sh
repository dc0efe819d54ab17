# id: L113
# mode: scan
# title: modules that an admin keeps from being loaded
mkdir -p /etc/modprobe.d
printf 'install cramfs /bin/true\ninstall usb-storage /bin/false\ninstall dccp /bin/true\ninstall sctp /usr/bin/false\nblacklist usb-storage\nblacklist firewire-core\n' >/etc/modprobe.d/CIS.conf
printf 'blacklist nouveau\noptions nouveau modeset=0\noptions kvm_intel nested=1\nalias nouveau off\n' >/etc/modprobe.d/blacklist-nouveau.conf
printf 'softdep nvidia pre: vfio-pci\noptions nf_conntrack hashsize=65536\nremove mlx4_en /sbin/modprobe -r --ignore-remove mlx4_en\n' >/etc/modprobe.d/local.conf
