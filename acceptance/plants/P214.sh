# id: P214
# mode: scan
# level: suspicious
# title: a key for an account that nobody logs in to
# due: now
pick user www-data games backup irc
home=/var/www
case $user in games) home=/usr/games ;; backup) home=/var/backups ;; irc) home=/run/ircd ;; esac
pick file authorized_keys authorized_keys2
mkdir -p -m 700 "$home/.ssh"
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc web' >"$home/.ssh/$file"
chown -R "$user": "$home/.ssh"
said path "$home/.ssh/$file"
said account "$user"
