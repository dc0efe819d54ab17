# id: L04
# mode: scan
# title: a program that runs from the mount of its own image
pick kind squashfs tmpfs tmpfs-writable
pick user root anna
image=/tmp/.mount_AppAbC
mkdir "$image"
mount -t tmpfs AppAbC.AppImage "$image"
cp /bin/sleep "$image/AppRun"
if [ "$kind" = squashfs ]; then
    mksquashfs "$image" /opt/App.AppImage -quiet -no-progress
    umount "$image"
    mount_image "$image" /opt/App.AppImage
elif [ "$kind" = tmpfs ]; then
    mount -o remount,ro "$image"
fi
start -u "$user" "$image/AppRun" 100000
wait_for runs "$pid" "$image/AppRun"
