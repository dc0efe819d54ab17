# id: L161
# mode: scan
# title: a node agent in a container that sees the machine read-only
base=/var/lib/docker/overlay2/77ab
mkdir -p "$base/merged" "$base"/lower/{bin,host,proc} /run/docker-upper
mount -t tmpfs tmpfs /run/docker-upper
mkdir /run/docker-upper/{diff,work}
cp /usr/bin/busybox "$base/lower/bin/node_exporter"
mount -t overlay overlay "$base/merged" -o "lowerdir=$base/lower,upperdir=/run/docker-upper/diff,workdir=/run/docker-upper/work"
cp /usr/bin/busybox "$base/merged/bin/sleep"
start unshare --mount --uts --ipc --pid --fork sh -c "mount --make-rprivate / && mount --bind / $base/merged/host && mount -o remount,bind,ro $base/merged/host && mount -t proc proc $base/merged/proc && touch $ready && exec chroot $base/merged /bin/sleep 100000"
wait_ready
