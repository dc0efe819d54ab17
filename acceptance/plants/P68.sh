# id: P68
# mode: logs
# level: suspicious
# title: logins from three countries within two hours
# due: now
# arguments: --geoip /root/places
places /root/places
user=deploy
grep -q "^$user:" /etc/passwd || useradd -m -s /bin/bash "$user"
pick how "password" "publickey"
[ "$how" = password ] && key= || key=": ED25519 SHA256:$(head -c 32 /dev/zero | base64 | tr -d =)"
ago=7000
for net in 192.0.2 198.51.100 203.0.113; do
    log iso $ago "sshd[$((5000 + ago))]" "Accepted $how for $user from $net.$((RANDOM % 250 + 1)) port 4$((RANDOM % 1000)) ssh2$key"
    ago=$((ago - 2500))
done
said account "$user"
