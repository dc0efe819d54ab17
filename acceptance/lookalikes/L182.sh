# id: L182
# mode: scan
# title: logs in the midst of a rotation, and a writer that still has the one before
echo "$(date -d '-8 days' +%FT%T.000000%:z) web1 sshd[41]: Server listening on 0.0.0.0 port 22." >/var/log/auth.log
cp /var/log/auth.log /var/log/syslog
start python3 -c "
import signal
logs = [open('/var/log/auth.log', 'a'), open('/var/log/syslog', 'a')]
open('$ready', 'w')
signal.pause()"
wait_ready
# One is renamed and packed, as with a writer that nobody told; of the other the next one is not made yet.
mv /var/log/auth.log /var/log/auth.log.1
gzip /var/log/auth.log.1
: >/var/log/auth.log
mv /var/log/syslog /var/log/syslog.1
