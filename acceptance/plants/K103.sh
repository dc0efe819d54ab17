# id: K103
# mode: scan
# level: suspicious
# title: a service of the bus or an entry of the desktop that starts a hidden program
# due: now
word name
mkdir -p "/var/lib/.$name"
cp "$here/idle" "/var/lib/.$name/run"
pick kind bus user desktop
case $kind in
bus)
    path=/usr/share/dbus-1/system-services/org.freedesktop.$name.service
    body="[D-BUS Service]\nName=org.freedesktop.$name\nExec=/var/lib/.$name/run\nUser=root\n"
    ;;
user)
    path=/usr/local/share/dbus-1/services/org.$name.service
    body="[D-BUS Service]\nName=org.$name\nExec=/var/lib/.$name/run\n"
    ;;
desktop)
    path=/etc/xdg/autostart/$name.desktop
    body="[Desktop Entry]\nType=Application\nName=$name\nExec=/var/lib/.$name/run\nNoDisplay=true\n"
    ;;
esac
mkdir -p "${path%/*}"
printf "$body" >"$path"
said path "$path"
