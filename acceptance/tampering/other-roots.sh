#!/bin/bash
# Makes roots of the same files whose packages are apk's and pacman's: PLACE/apk, PLACE/pacman.
# usage: other-roots.sh RPM-ROOTS PLACE
set -euo pipefail
roots=$1 place=$2
here=$(dirname "$(realpath "$0")")
mkdir -p "$place"
for manager in apk pacman; do
    cp -a "$roots/unsigned" "$place/$manager"
    cd "$place/$manager"
    files=$(rpm --root "$PWD" --define '_dbpath /var/lib/rpm' -qa --qf '[%{=NAME} %{FILEFLAGS} %{FILENAMES}\n]')
    rm -rf var/lib/rpm var/log/sshd.log
    echo "$files" | grep -v ' /var/log/sshd.log$' | python3 "$here/records.py" "$manager"
done
