# id: L107
# mode: scan
# title: units that users have for themselves
mkdir -p /home/anna/.config/systemd/user/default.target.wants /home/anna/.local/bin /home/anna/.config/syncthing
cp "$here/idle" /home/anna/.local/bin/syncthing
printf '[Unit]\nDescription=Syncthing\n[Service]\nExecStart=%%h/.local/bin/syncthing serve --no-browser --no-restart\nRestart=on-failure\n[Install]\nWantedBy=default.target\n' >/home/anna/.config/systemd/user/syncthing.service
printf '[Service]\nExecStart=/usr/bin/ssh-agent -D -a %%t/ssh-agent.socket\n' >/home/anna/.config/systemd/user/ssh-agent.service
ln -s /home/anna/.config/systemd/user/syncthing.service /home/anna/.config/systemd/user/default.target.wants/
mkdir -p /var/lib/systemd/linger
touch /var/lib/systemd/linger/anna
chown -R anna: /home/anna
start -u anna -d /home/anna /home/anna/.local/bin/syncthing serve --no-browser --no-restart
