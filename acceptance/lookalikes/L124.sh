# id: L124
# mode: scan
# title: capabilities where they belong
mkdir -p /opt/node/bin /usr/local/bin
cp /usr/bin/busybox /opt/node/bin/node
cp /usr/bin/busybox /usr/local/bin/caddy
cp /usr/bin/busybox /usr/local/bin/dumpcap
printf 'Package: iputils-ping\nStatus: install ok installed\nPriority: optional\nSection: net\nMaintainer: X <x@example.org>\nArchitecture: amd64\nVersion: 20221126\nDescription: ping\n\n' >>/var/lib/dpkg/status
cp /usr/bin/busybox /usr/bin/ping
echo /usr/bin/ping >/var/lib/dpkg/info/iputils-ping.list
python3 -c "
import os, struct
for path, bits in (('/opt/node/bin/node', 1 << 10), ('/usr/local/bin/caddy', 1 << 10 | 1 << 12), ('/usr/bin/ping', 1 << 13), ('/usr/local/bin/dumpcap', 1 << 12 | 1 << 13)):
    os.setxattr(path, 'security.capability', struct.pack('<5I', 0x02000001, bits, 0, 0, 0))"
