# id: L159
# mode: scan
# title: jobs of at that people make
mkdir -p /var/spool/cron/atjobs
job=/var/spool/cron/atjobs/a0000301bf5f3e
printf '#!/bin/sh\n# atrun uid=1000 gid=1000\n# mail anna 0\numask 2\nHOME=/home/anna; export HOME\ncd /home/anna || { echo "Execution directory inaccessible" >&2; exit 1; }\n./run-simulation.sh >out.log 2>&1\n' >"$job"
chmod 700 "$job"
chown anna: "$job"
echo 00003 >/var/spool/cron/atjobs/.SEQ
