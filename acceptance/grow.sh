#!/bin/bash
# Installs packages into a root that lies on this machine, and furnishes it; no service of it starts.
# Runs in fresh mount and process namespaces. usage: grow.sh ROOT FURNISH|- PACKAGE...
set -euo pipefail
root=$1 furnish=$2
shift 2

mount --make-rprivate /
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 dev "$root/dev"
for node in null zero full random urandom; do
    : >"$root/dev/$node"
    mount --bind "/dev/$node" "$root/dev/$node"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/shm" "$root/dev/pts"

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C DEBIAN_FRONTEND=noninteractive "$@"; }
cp /etc/resolv.conf "$root/etc/resolv.conf"
# policy-rc.d: 101 forbids what a maintainer script asks for, as an image builder does.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
inside apt-get -q update
inside apt-get -q -y --no-install-recommends install "$@"
inside apt-get -q clean
rm -rf "$root"/var/lib/apt/lists/* "$root/etc/resolv.conf" "$root/usr/sbin/policy-rc.d"
if [ "$furnish" != - ]; then inside bash -s <"$furnish"; fi
