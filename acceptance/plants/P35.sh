# id: P35
# mode: scan
# level: suspicious
# title: a program whose path holds a line break and terminal commands
# due: now
pick name $'a\n\e[2Jb' $'log\r\e]0;x\a' $'sshd\xff\xfe' $'gnp.\u202ehs\n'
pick user root nobody
mkdir /tmp/w
cp /bin/sleep "/tmp/w/$name"
start -u "$user" "/tmp/w/$name" 100000
wait_for sh -c "readlink /proc/$pid/exe | grep -q '^/tmp/w/'"
said pid "$pid"
