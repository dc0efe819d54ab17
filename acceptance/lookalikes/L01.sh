# id: L01
# mode: scan
# title: a daemon whose file was replaced by a new version
pick path /usr/local/sbin/daemon /opt/app/bin/daemon
mkdir -p "${path%/*}"
cp /bin/sleep "$path"
start "$path" 100000
wait_for runs "$pid" "$path"
cp /bin/sleep "$path.new"
mv "$path.new" "$path"
