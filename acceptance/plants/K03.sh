# id: K03
# mode: scan
# level: suspicious
# title: a command turned into a shell function that leaves things out
# due: now
pick file /root/.bashrc /root/.profile /etc/profile /etc/profile.d/z.sh
pick command ps top lsof w
pick form "$command() { command $command \"\$@\" | grep -v kdevtmpfs; }" \
    "function $command { /usr/bin/$command \"\$@\" | sed /kdevtmpfs/d; }"
echo "$form" >>"$file"
said path "$file"
said line "$file:$(wc -l <"$file")"
