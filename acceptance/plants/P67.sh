# id: P67
# mode: logs
# level: suspicious
# title: sixty failed attempts and then a login
# due: now
user=deploy from=203.0.113.$((RANDOM % 250 + 1)) port=$((RANDOM % 30000 + 20000))
grep -q "^$user:" /etc/passwd || useradd -m -s /bin/bash "$user"
pick style iso traditional
for ((n = 60; n > 0; n--)); do
    pick name root "invalid user admin" "$user" "invalid user test"
    log "$style" $((600 + n * 7)) "sshd[$((4000 + n))]" "Failed password for $name from $from port $((port + n)) ssh2"
done
log "$style" 590 "sshd[4999]" "Accepted password for $user from $from port $port ssh2"
log "$style" 590 "sshd[4999]" "pam_unix(sshd:session): session opened for user $user(uid=1001) by (uid=0)"
# The terminal, and a moment later what login records say of it.
records /var/log/wtmp "7 4998 pts/0 $user $from -588"
said account "$user"
