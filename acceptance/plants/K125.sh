# id: K125
# mode: logs
# level: suspicious
# title: a rotated audit log was deleted from between others, or lines were cut out of one
# due: now
directory=/var/log/audit serial=$((RANDOM + 1000)) now=$(date +%s)
mkdir -p "$directory"
# events COUNT AGO: so many events, ten seconds apart, from so many seconds ago on.
events() {
    local n
    for ((n = 0; n < $1; n++)); do
        echo "type=CRED_ACQ msg=audit($((now - $2 + n * 10)).$((100 + RANDOM % 900)):$((serial++))): pid=$((2000 + n)) uid=0" \
            "auid=4294967295 ses=4294967295 msg='op=PAM:setcred acct=\"root\" exe=\"/usr/sbin/cron\" terminal=cron res=success'"
    done
}
pick how file lines
events 300 9000 >"$directory/audit.log.2"
if [ "$how" = file ]; then
    serial=$((serial + 300))
    events 300 3000 >"$directory/audit.log"
else
    { events 100 6000; serial=$((serial + 150)); events 350 3500; } >"$directory/audit.log"
fi
touch -d "@$((now - 6001))" "$directory/audit.log.2"
# What another log says of that time.
for ago in 5800 5500 4700 4000 3600; do
    log iso "$ago" "sshd[$((RANDOM + 2000))]" "Accepted publickey for anna from 198.51.100.7 port $((RANDOM + 1024)) ssh2: ED25519 SHA256:x"
done
said path "$directory/audit.log"
