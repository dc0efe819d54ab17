# id: L23
# mode: scan
# title: a log and a temporary file that are deleted and still open
start python3 -c "
import signal, tempfile
log = open('/var/log/app.log', 'w')
temporary = tempfile.TemporaryFile()
open('$ready', 'w')
signal.pause()"
wait_ready
rm /var/log/app.log
