# id: L58
# mode: scan
# title: programs that read keys because it is their work
mkdir -p -m 700 /root/.ssh
ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
start -u anna ssh-agent -D -a /tmp/agent.anna
start sh -c 'while :; do tar -C / -cf - etc 2>/dev/null | cat >/dev/null; ssh-keygen -y -f /root/.ssh/id_ed25519 >/dev/null; done'
wait_for test -S /tmp/agent.anna
