#!/bin/bash
# Builds a disposable root out of an overlay and becomes the first process in it.
# Runs in fresh mount, pid, net, uts, ipc and cgroup namespaces; all of it is gone when its first process ends.
# usage: enter.sh ROOT TOOLS OUT ARGUMENTS-FOR-INSIDE...
set -euo pipefail
lower=$1 tools=$2 out=$3
shift 3

exec 2>"$out/log"

mount --make-rprivate /
# On a neutral place: the overlay's options and what is open are seen in the root, and so in recordings of it.
space=/mnt
mount -t tmpfs -o mode=755 disposable "$space"
mkdir "$space"/{out,lower,tools,upper,work,root}
mount --bind "$out" "$space/out"
# Opened here because the machine's own tree is out of reach after pivot_root.
exec 5>"$space/out/said" 6>"$space/out/report.json" 7>>"$space/out/log" 2>&7
mount --bind "$lower" "$space/lower"
mount --bind "$tools" "$space/tools"
root=$space/root
mount -t overlay disposable "$root" -o "lowerdir=$space/tools:$space/lower,upperdir=$space/upper,workdir=$space/work"
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
exec env -i /bin/bash -p /usr/local/share/acceptance/inside.sh "$@"
