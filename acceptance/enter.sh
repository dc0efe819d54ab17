#!/bin/bash
# Builds a disposable root out of an overlay and becomes the first process in it.
# Runs in fresh mount, pid, net, uts, ipc and cgroup namespaces; all of it is gone when its first process ends.
# usage: enter.sh ROOT TOOLS OUT ARGUMENTS-FOR-INSIDE...
set -euo pipefail
lower=$1 tools=$2 out=$3
shift 3

# Opened here because the machine's own tree is out of reach after pivot_root.
exec 5>"$out/said" 6>"$out/report.json" 7>"$out/log" 2>&7

mount --make-rprivate /
space=$out/space
mkdir -p "$space"
mount -t tmpfs -o mode=755 disposable "$space"
mkdir "$space"/{upper,work,root}
root=$space/root
mount -t overlay disposable "$root" -o "lowerdir=$tools:$lower,upperdir=$space/upper,workdir=$space/work"
cd "$root"

mount -t proc -o nosuid,nodev,noexec proc proc
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
mount -t cgroup2 -o ro,nosuid,nodev,noexec cgroup2 sys/fs/cgroup || echo "no control groups in here"
mount -t tmpfs -o mode=755,nosuid udev dev
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
ln -s pts/ptmx dev/ptmx
mkdir dev/pts dev/shm dev/mqueue
mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 devpts dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
mount -t mqueue -o nosuid,nodev,noexec mqueue dev/mqueue
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs run
mkdir -m 1777 run/lock
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs tmp

pivot_root . mnt
umount -l mnt
exec /bin/bash -p /usr/local/share/acceptance/inside.sh "$@"
