# id: L17
# mode: scan
# title: an own unit for an application under /srv
useradd -r -d /srv/app app
mkdir -p /srv/app/venv/bin /etc/systemd/system/multi-user.target.wants
ln -s /usr/bin/python3 /srv/app/venv/bin/python
some_port port
listening_script /srv/app/serve.py "$port" 127.0.0.1
printf '[Service]\nUser=app\nExecStart=/srv/app/venv/bin/python /srv/app/serve.py\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/app.service
ln -s ../app.service /etc/systemd/system/multi-user.target.wants/
start -u app -d /srv/app /srv/app/venv/bin/python /srv/app/serve.py
wait_for listens "$port"
