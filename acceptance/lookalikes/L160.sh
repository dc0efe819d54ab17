# id: L160
# mode: scan
# title: services of the bus and entries of the desktop by vendors
mkdir -p /etc/xdg/autostart /usr/local/share/dbus-1/services /etc/polkit-1/rules.d /opt/vendor/bin
cp "$here/idle" /opt/vendor/bin/tray
printf '[Desktop Entry]\nType=Application\nName=Vendor\nExec=/opt/vendor/bin/tray --hidden\nNoDisplay=true\n' >/etc/xdg/autostart/vendor.desktop
printf '[D-BUS Service]\nName=com.vendor.Tray\nExec=/opt/vendor/bin/tray\n' >/usr/local/share/dbus-1/services/com.vendor.Tray.service
printf 'polkit.addRule(function(action, subject) {\n    if (action.id == "org.libvirt.unix.manage" && subject.isInGroup("libvirt")) {\n        return polkit.Result.YES;\n    }\n});\n' >/etc/polkit-1/rules.d/50-libvirt.rules
