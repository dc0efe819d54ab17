# id: L04
# mode: scan
# title: a program that runs from the mount of its own image
mkdir /tmp/.mount_AppAbC
mount -t tmpfs AppAbC.AppImage /tmp/.mount_AppAbC
cp /bin/sleep /tmp/.mount_AppAbC/AppRun
mount -o remount,ro /tmp/.mount_AppAbC
start -u anna /tmp/.mount_AppAbC/AppRun 100000
wait_for runs "$pid" /tmp/.mount_AppAbC/AppRun
