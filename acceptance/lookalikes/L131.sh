# id: L131
# mode: scan
# title: programs of a release unpacked with old dates below /usr/local
mkdir -p /tmp/t/tool-1.2/bin /tmp/t/tool-1.2/lib
cp "$here/idle" /tmp/t/tool-1.2/bin/tool
cp "$here/empty.so" /tmp/t/tool-1.2/lib/libtool.so.1
find /tmp/t -exec touch -d '2019-06-01 12:00:00' {} +
tar -C /tmp/t -cf - tool-1.2 | tar -C /usr/local -xpf -
ln -s ../tool-1.2/bin/tool /usr/local/bin/tool
rm -r /tmp/t
start /usr/local/tool-1.2/bin/tool serve
wait_for runs "$pid" /usr/local/tool-1.2/bin/tool
