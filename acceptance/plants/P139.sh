# id: P139
# mode: scan
# level: suspicious
# title: other units whose names differ from known ones by a letter
# due: now
pick name systemd-networkcl systemd-udevcl systemd-1ogind systemd-reso1ved cr0n rsysl0g ssh-d dbus-deamon systemd-timesynd
mkdir -p /usr/local/lib/svc
cp "$here/idle" /usr/local/lib/svc/main
unit=/etc/systemd/system/$name.service
printf '[Unit]\nDescription=Daemon\n[Service]\nExecStart=/usr/local/lib/svc/main\nRestart=always\n' >"$unit"
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -s "$unit" /etc/systemd/system/multi-user.target.wants/
said path "$unit"
