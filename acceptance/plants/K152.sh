# id: K152
# mode: scan
# level: suspicious
# title: a log of logins that was deleted, or replaced by an editor, while its writer has it open
# due: now
# without baseline: the log that it deletes is made in the row
pick log_file auth.log secure
pick how deleted replaced
log_file=/var/log/$log_file
echo "$(date +%FT%T.000000%:z) web1 sshd[41]: Server listening on 0.0.0.0 port 22." >>"$log_file"
start python3 -c "
import signal
log = open('$log_file', 'a')
open('$ready', 'w')
signal.pause()"
wait_ready
if [ "$how" = deleted ]; then rm "$log_file"; else sed -i /sshd/d "$log_file"; fi
said path "$log_file"
