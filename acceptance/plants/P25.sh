# id: P25
# mode: scan
# level: suspicious
# title: a script that calls itself sshd on a port of the secure shell
# due: now
pick port 2222 22
if [ "$port" = 22 ]; then
    kill "$(cat /run/sshd.pid)"
    wait_for sh -c '! ss -Htln "sport = :22" | grep -q .'
fi
pick place /usr/local/sbin /opt/svc /root
pick argv0 sshd /usr/sbin/sshd 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'
word name
mkdir -p "$place"
listening_script "$place/$name" "$port"
start -a "$argv0" python3 "$place/$name"
wait_for listens "$port"
said pid "$pid"
said port "$port"
