# id: L37
# mode: scan
# title: an upgrade run
DEBIAN_FRONTEND=noninteractive dpkg -i /var/cache/apt/archives/*.deb
dpkg-reconfigure -f noninteractive tzdata
