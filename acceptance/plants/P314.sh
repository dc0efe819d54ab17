# id: P314
# mode: scan
# level: suspicious
# title: an account that needs no password
# due: now
pick how shadow passwd
pick user anna lp news
if [ "$how" = shadow ]; then sed -i -E "s/^($user):[^:]*:/\1::/" /etc/shadow; else sed -i -E "s/^($user):x:/\1::/" /etc/passwd; fi
usermod -s /bin/bash "$user"
said account "$user"
said path "/etc/$how"
