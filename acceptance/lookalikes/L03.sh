# id: L03
# mode: scan
# title: a test program that go built and runs
pick user root anna
mkdir -p /usr/local/go/bin /tmp/go-build1/b001
cp "$here/idle" /usr/local/go/bin/go
cp /bin/sleep /tmp/go-build1/b001/app.test
start -u "$user" bash -c 'exec -a go bash -c "/tmp/go-build1/b001/app.test 100000; true"'
wait_for starts -x app.test
