# id: L56
# mode: scan
# title: an archive unpacked with its old dates
mkdir -p /tmp/tree/app/bin
cp "$here/idle" /tmp/tree/app/bin/app
touch -d 2015-03-01 /tmp/tree/app/bin/app /tmp/tree/app/bin /tmp/tree/app
tar -C /tmp/tree -cf /tmp/app.tar app
tar -C /opt -xf /tmp/app.tar
rm -r /tmp/tree
