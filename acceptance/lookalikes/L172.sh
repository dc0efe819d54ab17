# id: L172
# mode: logs
# title: zeros that a crash left in login records
file=/var/log/wtmp
before=("2 0 ~ reboot 6.1.0 -90000" "7 900 pts/0 anna 198.51.100.7 -9000" "8 900 pts/0 - - -8000")
after=("2 0 ~ reboot 6.1.0 -5000" "7 902 pts/0 anna 198.51.100.7 -3000" "8 902 pts/0 - - -2000")
# A start of the machine is on record behind them: at the end of a file of a machine that runs they are younger than that.
lost=$((1 + RANDOM % 5))
records "$file" "${before[@]}"
head -c $((lost * 384)) /dev/zero >>"$file"
records "$file.more" "${after[@]}"
cat "$file.more" >>"$file"
rm "$file.more"
