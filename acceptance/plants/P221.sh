# id: P221
# mode: scan
# level: suspicious
# title: the history is a device that forgets
# due: now
pick file /root/.bash_history /home/anna/.bash_history
mknod "$file" c 1 3
said path "$file"
