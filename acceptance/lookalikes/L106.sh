# id: L106
# mode: scan
# title: drop-ins with limits, and one with the same program and other options
mkdir -p /etc/systemd/system/{ssh,cron,postgresql@,rsync}.service.d
printf '[Service]\nLimitNOFILE=65536\nRestart=always\n' >/etc/systemd/system/postgresql@.service.d/limits.conf
printf '[Service]\nExecStart=\nExecStart=/usr/sbin/cron -f -L 15 $EXTRA_OPTS\n' >/etc/systemd/system/cron.service.d/override.conf
printf '[Service]\nExecStartPre=\nExecStartPre=/usr/sbin/sshd -t\nExecStart=\nExecStart=/usr/sbin/sshd -D -o LogLevel=VERBOSE $SSHD_OPTS\nOOMScoreAdjust=-1000\n' >/etc/systemd/system/ssh.service.d/override.conf
printf '[Unit]\nAfter=network-online.target\n[Service]\nExecStartPre=/bin/sleep 5\nEnvironment="HTTPS_PROXY=http://proxy.example.org:3128" "MALLOC_ARENA_MAX=2"\n' >/etc/systemd/system/rsync.service.d/proxy.conf
