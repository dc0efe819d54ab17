# id: L116
# mode: scan
# title: needrestart and etckeeper with their hooks
for package in needrestart etckeeper; do
    printf 'Package: %s\nStatus: install ok installed\nPriority: optional\nSection: admin\nMaintainer: X <x@example.org>\nArchitecture: all\nVersion: 3.6\nDescription: %s\n\n' "$package" "$package" >>/var/lib/dpkg/status
done
mkdir -p /usr/lib/needrestart /etc/etckeeper
printf '#!/bin/sh\nexit 0\n' | tee /usr/lib/needrestart/apt-pinvoke /usr/bin/etckeeper >/dev/null
chmod 755 /usr/lib/needrestart/apt-pinvoke /usr/bin/etckeeper
echo 'DPkg::Post-Invoke {"test -x /usr/lib/needrestart/apt-pinvoke && /usr/lib/needrestart/apt-pinvoke || true"; };' >/etc/apt/apt.conf.d/99needrestart
printf 'DPkg::Pre-Invoke       { "if [ -x /usr/bin/etckeeper ]; then etckeeper pre-install; fi"; };\nDPkg::Post-Invoke      { "if [ -x /usr/bin/etckeeper ]; then etckeeper post-install; fi"; };\n' >/etc/apt/apt.conf.d/05etckeeper
printf '/.\n/usr\n/usr/lib\n/usr/lib/needrestart\n/usr/lib/needrestart/apt-pinvoke\n/etc\n/etc/apt\n/etc/apt/apt.conf.d\n/etc/apt/apt.conf.d/99needrestart\n' >/var/lib/dpkg/info/needrestart.list
printf '/.\n/usr\n/usr/bin\n/usr/bin/etckeeper\n/etc\n/etc/apt\n/etc/apt/apt.conf.d\n/etc/apt/apt.conf.d/05etckeeper\n' >/var/lib/dpkg/info/etckeeper.list
mkdir -p /etc/.git/hooks /etc/.git/objects /etc/.git/refs/heads
printf '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n' >/etc/.git/config
echo 'ref: refs/heads/master' >/etc/.git/HEAD
printf '#!/bin/sh\n# pre-commit hook for etckeeper, to store metadata and do sanity checks\nset -e\netckeeper pre-commit -d /etc\n' >/etc/.git/hooks/pre-commit
chmod 755 /etc/.git/hooks/pre-commit
chmod 700 /etc/.git
printf '#!/bin/sh\nset -e\nif [ -x /usr/bin/etckeeper ] && [ -e /etc/etckeeper/etckeeper.conf ]; then etckeeper daily; fi\n' >/etc/etckeeper/daily
