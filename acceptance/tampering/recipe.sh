# What the tamperings share. A recipe is run by bash as root in the root that it tampers with; all paths are relative.
# $kept is a directory beside the root, $base the one that holds the keys and packages the root was made of.

# forge FILE: another content of the same size and with the same modification time.
forge() {
    local at byte
    at=$(($(stat -c %s "$1") / 2))
    touch -r "$1" "$kept/time"
    byte=$(od -An -tu1 -j$at -N1 "$1")
    printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek=$at conv=notrunc status=none
    touch -r "$kept/time" "$1"
}

# md5_again PACKAGE FILE: the package's list of digests says of the file what it is now.
md5_again() {
    local list=var/lib/dpkg/info/$1.md5sums
    grep -q "  $2\$" "$list"
    sed -i "s|^.*  $2\$|$(md5sum "$2" | cut -c1-32)  $2|" "$list"
}

# program FILE: a program that no package brought.
program() {
    cp /bin/true "$1"
    printf x >>"$1"
    chmod 755 "$1"
}

# old FILE [DAYS]: with a modification time long ago.
old() { touch -d "${2:-400} days ago" "$1"; }

inside() { chroot . env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C DEBIAN_FRONTEND=noninteractive "$@"; }
rpmdb() { python3 "$here/rpmdb.py" "$@"; }
