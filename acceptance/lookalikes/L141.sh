# id: L141
# mode: scan
# title: an image of a program that runs from its own mount, started by a user
mkdir -p /opt/apps /tmp/.mount_NextcQx1
cp "$here/idle" /tmp/.mount_NextcQx1/AppRun
mksquashfs /tmp/.mount_NextcQx1 /opt/apps/Nextcloud.AppImage -quiet -no-progress
rm /tmp/.mount_NextcQx1/AppRun
mount_image /tmp/.mount_NextcQx1 /opt/apps/Nextcloud.AppImage
mkdir -p /home/anna/.config/autostart
printf '[Desktop Entry]\nType=Application\nName=Nextcloud\nExec=/opt/apps/Nextcloud.AppImage --background\nX-GNOME-Autostart-enabled=true\n' >/home/anna/.config/autostart/Nextcloud.desktop
chown -R anna: /home/anna
start -u anna /tmp/.mount_NextcQx1/AppRun --background
wait_for runs "$pid" /tmp/.mount_NextcQx1/AppRun
