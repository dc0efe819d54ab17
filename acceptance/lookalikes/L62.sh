# id: L62
# mode: scan
# title: software that was built here
mkdir -p /usr/local/share/man/man1 /usr/local/lib/node_modules/tool /root/.cargo/bin
cp "$here/idle" /usr/local/bin/hello
cp "$here/empty.so" /usr/local/lib/libhello.so.1
ln -s ../lib/node_modules/tool/cli.js /usr/local/bin/tool
echo 'console.log(1)' >/usr/local/lib/node_modules/tool/cli.js
cp "$here/idle" /root/.cargo/bin/rg
ldconfig
start /usr/local/bin/hello
wait_for runs "$pid" /usr/local/bin/hello
