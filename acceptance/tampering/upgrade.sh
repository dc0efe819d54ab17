# Upgrades packages, run inside a root of this machine by grow.sh: a mirror keeps one version of each, so they are packed
# again with a higher version and another content, and apt-get upgrades to that, scripts and triggers included.
set -euo pipefail
packages=(apache2-bin apache2-utils bash bind9-host ca-certificates cron curl dash dbus-bin findutils fontconfig gpg grep
    iproute2 logrotate login man-db media-types nftables openssh-client openssh-server openssl passwd procps rsync rsyslog
    samba-common sed shared-mime-info sudo tar tmux tzdata vim-tiny zstd)
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
mkdir -p /srv/newer
cd /srv/newer
for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q ^ii || continue
    # It says where: `created DIRECTORY for PACKAGE`.
    tree=$(dpkg-repack --tag=none --generate "$package" | sed -n 's/.*created \(.*\) for .*/\1/p')
    [ -d "$tree/DEBIAN" ]
    (
        cd "$tree"
        sed -i '/^Version:/s/$/+up1/' DEBIAN/control
        for program in usr/bin/* usr/sbin/* bin/* sbin/* usr/share/doc/*/*; do
            if [ -f "$program" ] && [ ! -L "$program" ]; then printf ' ' >>"$program"; fi
        done
        find . -path ./DEBIAN -prune -o -type f -printf '%P\n' | grep -vxFf <(sed 's|^/||' DEBIAN/conffiles 2>/dev/null) |
            xargs -d '\n' md5sum >DEBIAN/md5sums
    )
    dpkg-deb --build -Znone "$tree" . >/dev/null
    rm -r "$tree"
done
apt-ftparchive packages . >Packages
echo 'deb [trusted=yes] file:/srv/newer ./' >/etc/apt/sources.list.d/newer.list
apt-get -q update
apt-get -q -y -o Dpkg::Options::=--force-confold upgrade
upgraded=$(dpkg-query -W -f '${Version}\n' | grep -c '+up1$')
rm -r /srv/newer /etc/apt/sources.list.d/newer.list /usr/sbin/policy-rc.d /var/lib/apt/lists/*
[ "$upgraded" -ge 20 ]
