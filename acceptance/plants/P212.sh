# id: P212
# mode: scan
# level: suspicious
# title: a unit of a user that starts a hidden program
# due: now
word name
pick home /root /home/anna /var/www
mkdir -p "$home/.config/systemd/user/default.target.wants" "$home/.cache/.$name"
cp "$here/idle" "$home/.cache/.$name/dbus-daemon"
unit=$home/.config/systemd/user/$name.service
printf '[Unit]\nDescription=D-Bus User Message Bus\n[Service]\nExecStart=%%h/.cache/.%s/dbus-daemon\nRestart=always\n[Install]\nWantedBy=default.target\n' "$name" >"$unit"
ln -s "$unit" "$home/.config/systemd/user/default.target.wants/"
[ "$home" = /root ] || chown -R --reference="$home" "$home"
said path "$unit"
