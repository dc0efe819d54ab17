# id: P251
# mode: scan
# level: suspicious
# title: a hook of dpkg itself
# due: now
word name
pick path /etc/dpkg/dpkg.cfg.d/$name /etc/dpkg/dpkg.cfg /root/.dpkg.cfg
pick when pre-invoke post-invoke status-logger
mkdir -p "${path%/*}"
echo "$when=/var/tmp/.$name" >>"$path"
printf '#!/bin/sh\nexit 0\n' >"/var/tmp/.$name"
chmod 755 "/var/tmp/.$name"
said path "$path"
