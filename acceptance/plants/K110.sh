# id: K110
# mode: scan
# level: suspicious
# title: a cron file or key that cannot be removed
# due: later (a key file that an admin made immutable is unusual and no alert)
word name
pick path /etc/cron.d/$name /root/.ssh/authorized_keys /etc/systemd/system/$name.service /usr/local/bin/$name
mkdir -p "${path%/*}"
case $path in
/etc/cron.d/*) echo "*/10 * * * * root /usr/local/bin/$name" >"$path" ;;
*/authorized_keys) echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc x' >"$path" ;;
*.service) printf '[Service]\nExecStart=/usr/local/bin/%s\n' "$name" >"$path" ;;
*) cp "$here/idle" "$path" ;;
esac
chattr +i "$path"
said path "$path"
