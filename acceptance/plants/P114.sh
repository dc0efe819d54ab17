# id: P114
# mode: scan
# level: suspicious
# title: a system account whose user id became 0
# due: now
pick user games irc uucp news
pick zero 0 00 000
sed -i -E "s/^($user:x):[0-9]+:/\1:$zero:/" /etc/passwd
said account "$user"
said path /etc/passwd
said line "/etc/passwd:$(grep -n "^$user:" /etc/passwd | cut -d: -f1)"
