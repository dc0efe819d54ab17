# id: P66
# mode: logs
# level: suspicious
# title: a session that ends and never began, and a record that was cut short
# due: now
file=/var/log/wtmp
pick how both boot
if [ "$how" = both ]; then
    records $file "7 900 pts/0 anna 198.51.100.7 -9000" "8 900 pts/0 - - -8000" "8 901 pts/1 - - -5000" \
        "7 902 pts/0 anna 198.51.100.7 -3000"
    truncate -s $((4 * 384 - 100)) $file
else
    records $file "2 0 ~ reboot 6.1.0 -90000" "7 900 pts/0 anna 198.51.100.7 -9000" "8 900 pts/0 - - -8000" \
        "8 901 pts/1 - - -5000"
fi
said path $file
