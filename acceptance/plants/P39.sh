# id: P39
# mode: scan
# level: suspicious
# title: a unit whose name differs from a known one by a letter
# due: now
unit=/etc/systemd/system/systemd-joumald.service
mkdir -p /usr/local/lib/journal
cp "$here/idle" /usr/local/lib/journal/joumald
printf '[Service]\nExecStart=/usr/local/lib/journal/joumald\n' >"$unit"
said path "$unit"
