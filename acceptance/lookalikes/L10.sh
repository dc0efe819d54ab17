# id: L10
# mode: scan
# title: the performance file of a Java machine in /tmp
mkdir -m 755 /tmp/hsperfdata_root
head -c 32768 /dev/zero >/tmp/hsperfdata_root/4711
