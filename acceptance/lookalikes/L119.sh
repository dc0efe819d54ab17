# id: L119
# mode: scan
# title: accounts of services that have a shell
useradd -r -m -d /var/lib/jenkins -s /bin/bash jenkins
useradd -r -m -d /var/lib/gitlab-runner -s /bin/bash gitlab-runner
useradd -r -m -d /srv/git -s /usr/bin/git-shell git
useradd -r -m -d /var/lib/mysql -s /bin/false mysql
useradd -r -m -d /opt/oracle -s /bin/bash oracle
mkdir -p -m 700 /srv/git/.ssh
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc anna@laptop' >/srv/git/.ssh/authorized_keys
chown -R git: /srv/git
mkdir -p -m 700 /var/lib/postgresql/.ssh /var/lib/jenkins/.ssh
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc postgres@db2 (replication)' >/var/lib/postgresql/.ssh/authorized_keys
chown -R postgres: /var/lib/postgresql/.ssh
chown -R jenkins: /var/lib/jenkins/.ssh
