# id: L63
# mode: scan
# title: the tools of a developer in directories with a dot
pick place .vscode-server/bin/3a5c .nvm/versions/node/v20/bin .cargo/bin .pyenv/versions/3.12/bin .cursor-server/bin/x
pick user anna root
home=$(getent passwd "$user" | cut -d: -f6)
mkdir -p "$home/$place"
cp /bin/sleep "$home/$place/node"
chown -R "$user": "$home"
start -u "$user" -d "$home" "$home/$place/node" 100000
wait_for runs "$pid" "$home/$place/node"
