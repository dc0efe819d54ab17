# id: K105
# mode: scan
# level: suspicious
# title: a script that runs at every login by ssh
# due: now
word name
pick path /root/.ssh/rc /home/anna/.ssh/rc /etc/ssh/sshrc
mkdir -p -m 700 "${path%/*}"
pick line "/var/tmp/.$name/r &" "curl -s http://127.0.0.1/$name | sh" "nohup /dev/shm/$name >/dev/null 2>&1 &"
printf '%s\n' "$line" >"$path"
case $path in /home/anna/*) chown -R anna: /home/anna/.ssh ;; esac
said path "$path"
