# id: L16
# mode: scan
# title: a new admin with a key
word name
useradd -m -s /bin/bash -G sudo "$name"
su "$name" -c 'mkdir -m 700 ~/.ssh && ssh-keygen -q -t ed25519 -N "" -f ~/.ssh/id_ed25519 && cp ~/.ssh/id_ed25519.pub ~/.ssh/authorized_keys'
