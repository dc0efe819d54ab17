# id: L181
# mode: scan
# title: a root shell behind sudo, whose line no log has
echo 'anna ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/anna
chmod 440 /etc/sudoers.d/anna
log iso 90000 "sshd[4998]" "Accepted publickey for anna from 198.51.100.7 port 40000 ssh2: ED25519 SHA256:known"
start bash -c "echo $(id -u anna) >/proc/self/loginuid; exec setpriv --reuid=anna --regid=anna --init-groups -- \
    python3 -c '
import signal, subprocess
shell = subprocess.Popen([\"sudo\", \"-n\", \"bash\"], stdin=subprocess.PIPE)
signal.pause()'"
sudo_has_a_shell() { starts -x -u root -P "$(pgrep -d, -x sudo)" bash; }
wait_for sudo_has_a_shell
log iso -2 "CRON[5000]" "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"
