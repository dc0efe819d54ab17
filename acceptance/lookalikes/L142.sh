# id: L142
# mode: scan
# title: an agent that renews itself, in directories named by version
for version in 7.51.0 7.52.1; do
    mkdir -p "/opt/agent/versions/$version/bin" "/opt/agent/versions/$version/lib"
    cp "$here/idle" "/opt/agent/versions/$version/bin/agent"
done
ln -s versions/7.52.1 /opt/agent/current
printf '[Unit]\nDescription=Agent\n[Service]\nExecStart=/opt/agent/current/bin/agent run -p /run/agent.pid\nRestart=always\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/agent.service
ln -s /etc/systemd/system/agent.service /etc/systemd/system/multi-user.target.wants/
start /opt/agent/versions/7.51.0/bin/agent run
old=$pid
wait_for runs "$old" /opt/agent/versions/7.51.0/bin/agent
start /opt/agent/current/bin/agent run -p /run/agent.pid
echo "$pid" >/run/agent.pid
kill "$old"
wait_for sh -c "! kill -0 $old"
rm -r /opt/agent/versions/7.51.0
