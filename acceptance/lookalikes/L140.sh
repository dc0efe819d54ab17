# id: L140
# mode: scan
# title: the proxy of a container engine and its shims
mkdir -p /usr/libexec/docker /usr/bin
for package in docker-ce containerd.io; do
    printf 'Package: %s\nStatus: install ok installed\nPriority: optional\nSection: admin\nMaintainer: X <x@example.org>\nArchitecture: amd64\nVersion: 5:25.0\nDescription: %s\n\n' "$package" "$package" >>/var/lib/dpkg/status
done
cp "$python" /usr/bin/docker-proxy
cp "$here/idle" /usr/bin/containerd-shim-runc-v2
cp "$here/idle" /usr/bin/dockerd
printf '/usr/bin/docker-proxy\n/usr/bin/dockerd\n' >/var/lib/dpkg/info/docker-ce.list
echo /usr/bin/containerd-shim-runc-v2 >/var/lib/dpkg/info/containerd.io.list
start /usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock
start /usr/bin/containerd-shim-runc-v2 -namespace moby -id 4f1c -address /run/containerd/containerd.sock
start /usr/bin/docker-proxy -c "
import signal, socket
s = socket.socket()
s.bind(('0.0.0.0', 8080))
s.listen()
signal.pause()"
wait_for listens 8080
