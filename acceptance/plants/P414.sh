# id: P414
# mode: scan
# level: suspicious
# title: a second root whose password stands in passwd itself
# due: now
word name
echo "$name:\$1\$accept\$ance.not.a.real.hash.:0:0:$name:/var/lib/$name:/bin/sh" >>/etc/passwd
said account "$name"
said path /etc/passwd
said line "/etc/passwd:$(wc -l </etc/passwd)"
