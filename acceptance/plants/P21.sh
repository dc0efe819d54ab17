# id: P21
# mode: scan
# level: suspicious
# title: a history that goes to /dev/null
# due: now
pick path /root/.bash_history /home/anna/.bash_history /root/.mysql_history
ln -sf /dev/null "$path"
said path "$path"
