# id: L26
# mode: scan
# title: a container of an engine, seen from the host
base=/var/lib/docker/overlay2/4f1c
mkdir -p "$base"/merged "$base"/lower/{bin,lib64,proc} /run/docker-upper
mount -t tmpfs tmpfs /run/docker-upper
mkdir /run/docker-upper/{diff,work}
cp /usr/bin/busybox "$base/lower/bin/busybox"
mount -t overlay overlay "$base/merged" -o "lowerdir=$base/lower,upperdir=/run/docker-upper/diff,workdir=/run/docker-upper/work"
start unshare --mount --uts --ipc --pid --fork sh -c "mount -t proc proc $base/merged/proc; exec chroot $base/merged /bin/busybox sleep 100000"
wait_for starts -x busybox
