# id: P135
# mode: scan
# level: suspicious
# title: a program whose name has letters that look like others or none at all
# due: now
pick name $'\u0455shd' $'ss\u200bhd' 'sshd ' $'cr\u043en' $'\u00a0' $'sshd\u2060'
pick place /usr/local/sbin /opt/app /usr/local/lib
mkdir -p "$place"
cp "$here/idle" "$place/$name"
start "$place/$name"
wait_for runs "$pid" "$place/$name"
said pid "$pid"
said path "$place/$name"
