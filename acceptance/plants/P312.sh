# id: P312
# mode: scan
# level: suspicious
# title: a unit below /run that starts a program in /tmp
# due: now
word name
mkdir -p /run/systemd/system
cp "$here/idle" "/tmp/$name"
unit=/run/systemd/system/run-r$RANDOM.service
printf '[Service]\nExecStart=-@/tmp/%s [kworker/0:0]\n' "$name" >"$unit"
said path "$unit"
