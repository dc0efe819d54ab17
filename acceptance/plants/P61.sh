# id: P61
# mode: scan
# level: suspicious
# title: a service account with a shell and a password
# due: now
pick user www-data games backup
usermod -s /bin/bash -p '$6$acceptance$not.a.real.hash.but.of.the.right.shape' "$user"
said account "$user"
