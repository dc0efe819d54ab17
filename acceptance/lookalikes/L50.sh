# id: L50
# mode: scan
# title: chains of a firewall, a container engine and fail2ban
nft -f - <<'END'
table ip nat {
	chain DOCKER { ip daddr 127.0.0.2 tcp dport 8080 dnat to 172.17.0.2:80; }
	chain prerouting { type nat hook prerouting priority -100; jump DOCKER; }
}
table ip filter {
	chain ufw-user-input { tcp dport 22 accept; }
	chain f2b-sshd { ip saddr 192.0.2.7 reject; }
	chain input { type filter hook input priority 0; jump ufw-user-input; jump f2b-sshd; }
}
END
