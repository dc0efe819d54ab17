# id: L27
# mode: scan
# title: a program of a snap
mkdir -p /tmp/tree/bin /snap/hello/42
cp /bin/sleep /tmp/tree/bin/hello
mksquashfs /tmp/tree /var/lib/hello.snap -quiet -no-progress
rm -r /tmp/tree
mount_image /snap/hello/42 /var/lib/hello.snap
start -u anna /snap/hello/42/bin/hello 100000
wait_for runs "$pid" /snap/hello/42/bin/hello
