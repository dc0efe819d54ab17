#!/bin/bash
# Makes roots whose packages are rpm's, with Debian's rpm: the packages are signed by a key that is made here, or not.
#   PLACE/signed, PLACE/unsigned          version 1, just installed
#   PLACE/upgraded                        signed, its settings edited, and upgraded to version 2
#   PLACE/vendor.asc, PLACE/other.asc     the key, and that of somebody else; both can sign with PLACE/keys
#   PLACE/packages                        1, 2, unsigned-1, unsigned-2, other (2, signed by the other key)
# usage: rpm-roots.sh SOURCE-ROOT PLACE
set -euo pipefail
source=$1 place=$2
here=$(dirname "$(realpath "$0")")
mkdir -p "$place"
export GNUPGHOME=$place/keys
mkdir -m 700 "$GNUPGHOME"
trap 'gpgconf --kill all' EXIT

key() { gpg --batch --quiet --passphrase '' --quick-generate-key "$1" rsa2048 sign never; }
key 'Vendor <vendor@example.org>'
key 'Other <other@example.net>'
gpg --batch --armor --export vendor@example.org >"$place/vendor.asc"
gpg --batch --armor --export other@example.net >"$place/other.asc"
echo 'int entry(void) { return 0; }' | cc -x c -c -o "$place/object.o" -

build() { # VERSION DIRECTORY
    rpmbuild -bb --quiet --define "_topdir $place/build" --define "_rpmdir $2" --define '_rpmfilename %%{NAME}.rpm' \
        --define "ver $1" --define "src $source" --define "object $place/object.o" --define '_binary_payload w0.ufdio' \
        "$here/packages.spec"
}
sign() { rpmsign --define "_gpg_name $1" --define "__gpg $(command -v gpg)" --addsign "${@:2}" >/dev/null; }
install() { # ROOT OPTION PACKAGE...
    mkdir -p "$1"/{etc,usr/{bin,sbin,lib,lib64},var/{lib/rpm,log},dev,proc,tmp}
    for link in bin sbin lib lib64; do [ -e "$1/$link" ] || ln -s "usr/$link" "$1/$link"; done
    rpm --root "$1" --define '_dbpath /var/lib/rpm' --define '_db_backend sqlite' --noplugins --nodeps \
        --nosignature "${@:2}"
}

for version in 1 2; do
    build $version "$place/packages/$version"
    cp -r "$place/packages/$version" "$place/packages/unsigned-$version"
    sign vendor@example.org "$place/packages/$version"/*.rpm
done
cp -r "$place/packages/unsigned-2" "$place/packages/other"
sign other@example.net "$place/packages/other"/*.rpm
install "$place/signed" -i "$place"/packages/1/*.rpm
install "$place/unsigned" -i "$place"/packages/unsigned-1/*.rpm
install "$place/upgraded" -i "$place"/packages/1/*.rpm
sed -i 's/^UsePAM yes/UsePAM no/' "$place/upgraded/etc/ssh/sshd_config"
rm "$place/upgraded/etc/ssh/sshd_config.d/50-site.conf"
install "$place/upgraded" -U "$place"/packages/2/*.rpm
rm -r "$place/build" "$place/object.o"
