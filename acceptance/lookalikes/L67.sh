# id: L67
# mode: logs
# title: an admin who travels, with a carrier and a VPN abroad
# arguments: --geoip /root/places
places /root/places
key="ED25519 SHA256:$(printf %032d $((RANDOM % 1000)) | base64 | tr -d =)"
from() { log iso "$1" "sshd[$((RANDOM + 2000))]" "Accepted publickey for anna from $2 port $((RANDOM + 1024)) ssh2: $key"; }
for ((day = 30; day > 1; day--)); do
    from $((day * 86400 + RANDOM % 7200)) 198.51.100.7
done
# A day of flying; there, the carrier's address and a VPN whose way out is at home, by turns.
from 50000 203.0.113.9
for ((n = 6; n > 0; n--)); do
    from $((n * 5000 + 1500)) 203.0.113.$((n + 20))
    from $((n * 5000)) 198.51.100.9
done
# He mistypes the password of his key, and once his account's.
for n in 4 3 2; do log iso $((900 + n * 10)) "sshd[77$n]" "Failed password for anna from 203.0.113.21 port 400$n ssh2"; done
log iso 900 "sshd[775]" "Accepted publickey for anna from 203.0.113.21 port 4007 ssh2: $key"
