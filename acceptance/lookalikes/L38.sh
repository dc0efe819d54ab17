# id: L38
# mode: scan
# title: modules built on the machine by dkms
mkdir -p /usr/src/zfs-2.1.11 /var/lib/dkms/zfs/2.1.11/6.1.0/x86_64/module /lib/modules/6.1.0/updates/dkms
echo 'PACKAGE_NAME="zfs"' >/usr/src/zfs-2.1.11/dkms.conf
cp "$here/empty.so" /lib/modules/6.1.0/updates/dkms/zfs.ko
cp "$here/empty.so" /var/lib/dkms/zfs/2.1.11/6.1.0/x86_64/module/zfs.ko
