# id: L149
# mode: scan
# title: accounts from other systems: a root of another name that is locked, groups of administrators
groupadd -f docker
groupadd -f libvirt
usermod -aG docker,sudo,adm anna
useradd -r -M -s /usr/sbin/nologin telegraf
useradd -r -M -s /usr/sbin/nologin zabbix
usermod -aG adm telegraf
usermod -aG www-data anna
usermod -aG adm zabbix
groupadd -f ssl-cert
usermod -aG ssl-cert postgres
useradd -r -m -d /var/lib/backup-agent -s /usr/bin/rbash backupagent
usermod -p '*' backupagent
usermod -aG shadow zabbix 2>/dev/null || true
gpasswd -d zabbix shadow
