# id: P12
# mode: scan
# level: suspicious
# title: a unit that starts a program in /dev/shm
# due: now
word name
unit=/etc/systemd/system/systemd-worker.service
mkdir -p /etc/systemd/system/multi-user.target.wants
cp "$here/idle" "/dev/shm/$name"
printf '[Service]\nExecStart=/dev/shm/%s\nRestart=always\n[Install]\nWantedBy=multi-user.target\n' "$name" >"$unit"
ln -s "$unit" /etc/systemd/system/multi-user.target.wants/
said path "$unit"
