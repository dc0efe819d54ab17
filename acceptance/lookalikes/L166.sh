# id: L166
# mode: scan
# title: a forgotten upgrade: a daemon and libraries replaced, python's modules recompiled
for library in libcrypto.so.3 libz.so.1; do
    real=$(readlink -f "/usr/lib/x86_64-linux-gnu/$library")
    start -u anna python3 -c "
import ctypes, signal
ctypes.CDLL('$real')
open('$ready', 'w')
signal.pause()"
    wait_ready
    cp -p "$real" "$real.dpkg-new"
    mv "$real.dpkg-new" "$real"
done
start -u anna perl -e 'sleep 100000'
wait_for runs "$pid" "$(readlink -f /usr/bin/perl)"
real=$(readlink -f /usr/bin/perl)
cp -p "$real" "$real.dpkg-tmp" && mv "$real.dpkg-tmp" "$real"
mkdir -p /usr/lib/python3/dist-packages/__pycache__
python3 -c 'import py_compile; py_compile.compile("/usr/lib/python3.11/this.py")'
touch /usr/share/mime.cache /var/lib/mandb.db
