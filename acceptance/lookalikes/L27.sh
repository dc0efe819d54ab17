# id: L27
# mode: scan
# title: a program of a snap
mkdir -p /tmp/tree/bin /snap/hello/42
cp /bin/sleep /tmp/tree/bin/hello
mksquashfs /tmp/tree /var/lib/hello.snap -quiet -no-progress
rm -r /tmp/tree
mount -t tmpfs hello.snap /snap/hello/42
unsquashfs -q -n -f -d /snap/hello/42 /var/lib/hello.snap
mount -o remount,ro /snap/hello/42
start -u anna /snap/hello/42/bin/hello 100000
wait_for runs "$pid" /snap/hello/42/bin/hello
