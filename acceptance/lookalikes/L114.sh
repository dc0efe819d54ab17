# id: L114
# mode: scan
# title: settings of the kernel by an admin
mkdir -p /etc/sysctl.d
cat >/etc/sysctl.d/99-local.conf <<'END'
vm.swappiness = 10
fs.inotify.max_user_watches = 524288
net.core.somaxconn = 4096
kernel.core_pattern = |/lib/systemd/systemd-coredump %P %u %g %s %t 9223372036854775808 %h
kernel.unprivileged_userns_clone = 1
kernel.dmesg_restrict = 1
net.ipv4.conf.all.rp_filter = 1
END
echo 'kernel.core_pattern=/var/crash/core.%e.%p' >/etc/sysctl.d/60-core.conf
