# id: P47
# mode: scan
# level: note
# title: a job of at
# due: now
mkdir -p /var/spool/cron/atjobs
job=/var/spool/cron/atjobs/a0000101bf5f0e
printf '#!/bin/sh\n# atrun uid=33 gid=33\n# mail www-data 0\ncd / || exit 1\ntrue\n' >"$job"
chmod 700 "$job"
chown www-data: "$job"
said path "$job"
