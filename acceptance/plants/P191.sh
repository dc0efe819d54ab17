# id: P191
# mode: scan
# level: suspicious
# title: a container without files of its own, the machine's root within and writable
# due: now
mkdir -p /run/c/bin /run/c/mnt /run/c/proc
cp /usr/bin/busybox /run/c/bin/busybox
start unshare --mount --pid --uts --ipc --fork sh -c "mount --make-rprivate / && mount --bind / /run/c/mnt && mount -t proc proc /run/c/proc && touch $ready && exec chroot /run/c /bin/busybox sh -c 'cd /mnt/root; while :; do /bin/busybox sleep 1000; done'"
wait_ready
wait_for starts -f 'cd /mnt/root'
said pid "$pid"
said pid "$(pgrep -n -f '^/bin/busybox sh -c')"
