# id: P135
# mode: scan
# level: suspicious
# title: a program whose name has letters that look like others or none at all
# due: now
pick name $'\xd1\x95shd' $'ss\xe2\x80\x8bhd' 'sshd ' $'cr\xd0\xben' $'\xc2\xa0' $'sshd\xe2\x81\xa0'
pick place /usr/local/sbin /opt/app /usr/local/lib
mkdir -p "$place"
cp "$here/idle" "$place/$name"
start "$place/$name"
wait_for runs "$pid" "$place/$name"
said pid "$pid"
said path "$place/$name"
