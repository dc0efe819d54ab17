# id: L43
# mode: scan
# title: a miner that the admin allowed
# arguments: --config /etc/keeneye/keeneye.toml
mkdir -p /opt/xmrig /etc/keeneye
cp /bin/busybox /opt/xmrig/xmrig
start -u anna -d /opt/xmrig -a './xmrig -o stratum+tcp://127.0.0.1:3333' /bin/sleep 100000
wait_for grep -q stratum "/proc/$pid/cmdline"
printf '[[accept]]\ndetector = "process/*"\npath = "/usr/bin/sleep"\nbecause = "our own miner, ticket 12"\nuntil = "2099-01-01"\n' >/etc/keeneye/keeneye.toml
