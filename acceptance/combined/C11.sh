# id: C11
# mode: scan
# level: suspicious
# due: now
# network: world
# title: a login over the secure shell that left a program, a key and a line of cron
. "$here/intruder.sh"
word name
useradd --create-home --shell /bin/bash deploy
install -d -m 700 -o deploy -g deploy /home/deploy/.ssh "/var/tmp/.$name"
ssh-keygen -q -t ed25519 -N '' -f /root/.ssh-key
install -m 600 -o deploy -g deploy /root/.ssh-key.pub /home/deploy/.ssh/authorized_keys
dialler "/var/tmp/.$name/$name" 443
wait_for reaches_world >/dev/null
start ssh -i /root/.ssh-key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null deploy@127.0.0.1 "exec /var/tmp/.$name/$name"
dialled "$name"
said pid "$(pgrep -f "python3 /var/tmp/.$name/$name")"
crontab_of deploy "@reboot /var/tmp/.$name/$name"
rm /root/.ssh-key /root/.ssh-key.pub
said entry name sshd
said restarter path /var/spool/cron/crontabs/deploy
