# id: L103
# mode: scan
# title: a user's crontab with programs of their own directories
mkdir -p /home/anna/bin /home/anna/.local/bin /home/anna/.venv/bin
printf '#!/bin/sh\ndate >>$HOME/report.log\n' >/home/anna/bin/report
printf '#!/bin/sh\nexec python3 -m calendar\n' >/home/anna/.local/bin/sync-mail
chmod 755 /home/anna/bin/report /home/anna/.local/bin/sync-mail
ln -s /usr/bin/python3 /home/anna/.venv/bin/python
chown -R anna: /home/anna
cat >/var/spool/cron/crontabs/anna <<'END'
0 7 * * 1-5 $HOME/bin/report
*/15 * * * * /home/anna/.local/bin/sync-mail >/dev/null 2>&1
@reboot /home/anna/.venv/bin/python /home/anna/bot.py &
@reboot /usr/bin/tmux new-session -d -s main
END
chown anna:crontab /var/spool/cron/crontabs/anna
chmod 600 /var/spool/cron/crontabs/anna
