# id: K121
# mode: scan
# level: suspicious
# title: an alias that takes the password of sudo or su
# due: now
pick file /home/anna/.bashrc /root/.bashrc /home/anna/.bash_aliases /etc/profile.d/colour.sh
pick command sudo su ssh
word name
echo "alias $command='/home/anna/.config/.$name/$command'" >>"$file"
said path "$file"
said line "$file:$(wc -l <"$file")"
