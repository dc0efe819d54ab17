# id: C08
# mode: scan
# level: suspicious
# due: now
# title: a generator, a rule of udev and the program they start
. "$here/intruder.sh"
word name
word rule
place=/usr/lib/$name
mkdir -p "$place" /etc/systemd/system-generators /etc/udev/rules.d
cp "$here/idle" "$place/$name-helper"
printf '#!/bin/sh\n%s/%s-helper &\n' "$place" "$name" >"/etc/systemd/system-generators/$name-generator"
chmod 755 "/etc/systemd/system-generators/$name-generator"
echo "SUBSYSTEM==\"net\", ACTION==\"add\", RUN+=\"$place/$name-helper\"" >"/etc/udev/rules.d/75-$rule.rules"
start -a '[kworker/u8:3]' "$place/$name-helper"
said pid "$pid"
said path "/etc/systemd/system-generators/$name-generator"
said path "/etc/udev/rules.d/75-$rule.rules"
said restarter path "/etc/udev/rules.d/75-$rule.rules"
