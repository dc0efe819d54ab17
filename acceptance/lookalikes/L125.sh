# id: L125
# mode: scan
# title: programs that give root inside unpacked roots of containers and in a change root
for root in /var/lib/docker/overlay2/9f3ab2c7/diff /srv/chroot/bookworm /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/12/fs /var/lib/lxc/db1/rootfs /var/lib/machines/build /home/anna/.local/share/containers/storage/overlay/ab12/diff; do
    mkdir -p "$root/usr/bin" "$root/etc" "$root/bin" "$root/var/lib/dpkg"
    cp /usr/bin/su /usr/bin/passwd /usr/bin/sudo "$root/usr/bin/"
    chmod 4755 "$root/usr/bin/"*
    cp /bin/mount "$root/bin/"
    case $root in /home/anna/*) chown -R anna: /home/anna/.local ;; esac
    chmod 4755 "$root/bin/mount" "$root/usr/bin/"*
    printf 'root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n' >"$root/etc/passwd"
    printf 'root::0:0:99999:7:::\n' >"$root/etc/shadow"
done
