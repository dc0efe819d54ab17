# id: P241
# mode: scan
# level: suspicious
# title: a drop-in that gives a packaged unit a library to load first
# due: now
word name
pick file /etc/systemd/system/ssh.service.d/env.conf /etc/systemd/system/service.d/10-$name.conf /run/systemd/system/cron.service.d/$name.conf /etc/systemd/system.conf.d/$name.conf
pick place /usr/local/lib /usr/lib/x86_64-linux-gnu /opt
mkdir -p "${file%/*}"
cp "$here/empty.so" "$place/lib$name.so"
case $file in
*system.conf.d*) printf '[Manager]\nDefaultEnvironment="LD_PRELOAD=%s/lib%s.so"\n' "$place" "$name" >"$file" ;;
*) printf '[Service]\nEnvironment="LD_PRELOAD=%s/lib%s.so"\n' "$place" "$name" >"$file" ;;
esac
said path "$file"
