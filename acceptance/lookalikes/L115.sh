# id: L115
# mode: scan
# title: hooks of the package manager, as images and tools bring them
cat >/etc/apt/apt.conf.d/docker-clean <<'END'
# Since for most Docker users, package installs happen in "docker build" steps, they essentially become individual layers
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };

Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";
END
echo 'Acquire::GzipIndexes "true"; Acquire::CompressionTypes::Order:: "gz";' >/etc/apt/apt.conf.d/docker-gzip-indexes
echo 'Apt::AutoRemove::SuggestsImportant "false";' >/etc/apt/apt.conf.d/docker-autoremove-suggests
echo 'Acquire::Languages "none";' >/etc/apt/apt.conf.d/docker-no-languages
echo 'force-unsafe-io' >/etc/dpkg/dpkg.cfg.d/docker-apt-speedup
printf 'path-exclude=/usr/share/doc/*\npath-include=/usr/share/doc/*/copyright\n' >/etc/dpkg/dpkg.cfg.d/01_nodoc
echo 'Acquire::http::Proxy "http://apt-cacher.example.org:3142";' >/etc/apt/apt.conf.d/01proxy
printf 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n' >/etc/apt/apt.conf.d/20auto-upgrades
