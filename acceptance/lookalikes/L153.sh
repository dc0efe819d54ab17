# id: L153
# mode: scan
# title: a daemon that is given an allocator by its unit and its environment
mkdir -p /etc/systemd/system
cp "$here/empty.so" /usr/lib/x86_64-linux-gnu/libjemalloc.so.2
printf 'Package: libjemalloc2\nStatus: install ok installed\nPriority: optional\nSection: libs\nMaintainer: X <x@example.org>\nArchitecture: amd64\nMulti-Arch: same\nVersion: 5.3.0\nDescription: allocator\n\n' >>/var/lib/dpkg/status
echo /usr/lib/x86_64-linux-gnu/libjemalloc.so.2 >/var/lib/dpkg/info/libjemalloc2:amd64.list
mkdir -p /opt/ruby/bin
cp /bin/sleep /opt/ruby/bin/ruby
printf '[Service]\nUser=anna\nEnvironment=LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2\nExecStart=/opt/ruby/bin/ruby app.rb\n' >/etc/systemd/system/rails.service
start -u anna -e LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2 /opt/ruby/bin/ruby 100000
wait_for maps "$pid" jemalloc
