# id: L111
# mode: scan
# title: rules of udev by vendors
mkdir -p /etc/udev/rules.d /opt/vendor/bin /usr/lib/udev/rules.d
cp "$here/idle" /opt/vendor/bin/attach
cat >/etc/udev/rules.d/99-vendor.rules <<'END'
ACTION=="add", SUBSYSTEM=="usb", ATTR{idVendor}=="0403", ATTR{idProduct}=="6001", MODE="0660", GROUP="dialout", SYMLINK+="ttyUPS"
ACTION=="add", SUBSYSTEM=="block", ENV{ID_SERIAL}=="?*", RUN+="/opt/vendor/bin/attach %k"
ACTION=="add|change", KERNEL=="sd[a-z]", ATTR{queue/rotational}=="0", ATTR{queue/scheduler}="none"
ACTION=="add", SUBSYSTEM=="net", NAME=="eth0", RUN+="/usr/sbin/ip link set dev eth0 txqueuelen 10000"
SUBSYSTEM=="power_supply", ATTR{online}=="0", RUN+="/bin/systemctl start ups.target"
END
printf 'SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{address}=="52:54:00:11:22:33", NAME="eth0"\n' >/etc/udev/rules.d/70-persistent-net.rules
