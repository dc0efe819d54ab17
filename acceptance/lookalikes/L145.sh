# id: L145
# mode: scan
# title: software put below /usr/local by make install, with its service
mkdir -p /usr/local/{sbin,etc,libexec/haproxy,include,share/doc/haproxy,lib/pkgconfig,var/run,src/haproxy-2.9}
cp "$here/idle" /usr/local/sbin/haproxy
cp "$here/idle" /usr/local/libexec/haproxy/helper
cp "$here/empty.so" /usr/local/lib/libhap.so.1.0.0
ln -s libhap.so.1.0.0 /usr/local/lib/libhap.so.1
printf 'prefix=/usr/local\n' >/usr/local/lib/pkgconfig/hap.pc
printf '[Unit]\nDescription=HAProxy\n[Service]\nType=notify\nExecStart=/usr/local/sbin/haproxy -Ws -f /usr/local/etc/haproxy.cfg -p /run/haproxy.pid\nExecReload=/usr/local/sbin/haproxy -c -f /usr/local/etc/haproxy.cfg\nExecReload=/bin/kill -USR2 $MAINPID\n' >/etc/systemd/system/haproxy.service
ldconfig
start /usr/local/sbin/haproxy -Ws -f /usr/local/etc/haproxy.cfg -p /run/haproxy.pid
echo "$pid" >/run/haproxy.pid
