# id: P16
# mode: logs
# level: suspicious
# title: a login record set to zeros
# due: now
file=/var/log/wtmp
pick which 1 2 3
records $file "7 900 pts/0 anna 198.51.100.7 -9000" "8 900 pts/0 - - -8000" "7 901 pts/1 deploy 192.0.2.8 -6000" \
    "8 901 pts/1 - - -5000" "7 902 pts/0 anna 198.51.100.7 -3000"
dd if=/dev/zero of=$file bs=384 seek="$which" count=1 conv=notrunc status=none
said path $file
