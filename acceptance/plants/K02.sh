# id: K02
# mode: scan
# level: suspicious
# title: a command turned into an alias that leaves things out
# due: now
pick file /root/.bashrc /etc/bash.bashrc /etc/profile.d/local.sh
pick command ps ss
echo "alias $command='$command | grep -v kdevtmpfs'" >>"$file"
said path "$file"
said line "$file:$(wc -l <"$file")"
