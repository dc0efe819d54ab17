# id: L105
# mode: scan
# title: an admin's unit and timer for an application in /opt
useradd -r -M -d /opt/app -s /usr/sbin/nologin app
mkdir -p /opt/app/bin /etc/app /etc/systemd/system/multi-user.target.wants
cp "$here/idle" /opt/app/bin/app
cat >/etc/systemd/system/app.service <<'END'
[Unit]
Description=App
After=network-online.target
[Service]
User=app
EnvironmentFile=-/etc/app/env
ExecStartPre=/bin/sh -c 'test -d /run/app || mkdir /run/app'
ExecStart=/opt/app/bin/app --config /etc/app/app.toml
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
PrivateTmp=true
WorkingDirectory=/opt/app
[Install]
WantedBy=multi-user.target
END
printf '[Unit]\nDescription=App report\n[Service]\nType=oneshot\nUser=app\nExecStart=/bin/bash -c "/opt/app/bin/app report | tee /var/log/app-report.log"\n' >/etc/systemd/system/app-report.service
printf '[Timer]\nOnCalendar=daily\nPersistent=true\n[Install]\nWantedBy=timers.target\n' >/etc/systemd/system/app-report.timer
ln -s /etc/systemd/system/app.service /etc/systemd/system/multi-user.target.wants/app.service
ln -s /etc/systemd/system/app-report.timer /etc/systemd/system/timers.target.wants/app-report.timer
start -u app -d /opt/app /opt/app/bin/app --config /etc/app/app.toml
