# id: L143
# mode: scan
# title: the runner of a build service with the programs it has just built
useradd -m -s /bin/bash ci
place=/home/ci/_work/app/app/target/debug/deps
mkdir -p "$place" /home/ci/_work/_temp /home/ci/_work/_tool/node/20/x64/bin
cp "$here/idle" "$place/app-3f2c9a1b"
cp "$here/idle" /home/ci/_work/_tool/node/20/x64/bin/node
printf '#!/bin/bash\nset -e\n/home/ci/_work/app/app/target/debug/deps/app-3f2c9a1b --test-threads 2\n' >/home/ci/_work/_temp/3c5b.sh
chown -R ci: /home/ci
start -u ci -d /home/ci/_work/app/app -e HOME=/home/ci -e CI=true bash -e /home/ci/_work/_temp/3c5b.sh
wait_for starts -f 'test-threads 2'
start -u ci -d /home/ci /home/ci/_work/_tool/node/20/x64/bin/node dist/index.js
