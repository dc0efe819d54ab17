# id: P231
# mode: scan
# level: note
# title: a start file of root that turns the history off
# due: now
pick file /root/.bashrc /root/.profile /etc/profile.d/zz.sh /etc/bash.bashrc
pick line 'unset HISTFILE' 'export HISTFILE=/dev/null' 'set +o history' 'export HISTSIZE=0'
echo "$line" >>"$file"
said path "$file"
said line "$file:$(wc -l <"$file")"
