# id: L49
# mode: logs
# title: clock steps, summer time and a machine that slept
for ((hour = 400; hour > 0; hour--)); do
    # Asleep for six hours, and then it says so.
    ((hour > 100 && hour <= 106)) && continue
    ((hour == 100)) && log traditional $((hour * 3600 + 30)) kernel "PM: suspend exit"
    log traditional $((hour * 3600)) "CRON[$((hour + 3000))]" "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"
    log traditional $((hour * 3600 - 2)) "CRON[$((hour + 3000))]" "pam_unix(cron:session): session closed for user root"
    # The clock is set back by 90 seconds, and once by the hour of summer time.
    ((hour == 300)) && log traditional $((hour * 3600 + 90)) chronyd "System clock wrong by -90.0 seconds"
    ((hour == 200)) && log traditional $((hour * 3600 + 3500)) systemd "Time has been changed"
done
records /var/log/wtmp "2 0 ~ reboot 6.1.0 -1500000" "7 900 pts/0 anna 198.51.100.7 -90000" "4 0 | date - -80000" \
    "3 0 { date - -80090" "8 900 pts/0 - - -80085" "7 901 pts/0 anna 198.51.100.7 -9000"
