# id: L30
# mode: scan
# title: processes of others hidden from users, and a scan without rights
# as: nobody
mount -o remount,hidepid=2 /proc
