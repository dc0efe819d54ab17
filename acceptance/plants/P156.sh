# id: P156
# mode: scan
# level: suspicious
# title: settings of git that run a program
# due: now
word name
pick file /etc/gitconfig /root/.gitconfig /etc/.git/config
mkdir -p "${file%/*}" "/var/tmp/.$name"
pick line "fsmonitor = /var/tmp/.$name/w" "hooksPath = /var/tmp/.$name" "sshCommand = /var/tmp/.$name/ssh" "pager = /var/tmp/.$name/p"
printf '[core]\n\t%s\n' "$line" >>"$file"
said path "$file"
