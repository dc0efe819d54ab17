# id: L35
# mode: scan
# title: a run of ansible
pick place /tmp/ansible_setup_payload_x1 /root/.ansible/tmp/ansible-tmp-1700000000.1-42
pick how login title
mkdir -p "$place"
printf 'import signal\nopen("%s", "w")\nsignal.pause()\n' "$ready" >"$place/AnsiballZ_setup.py"
run="/bin/sh -c 'ANSIBLE_MODULE_ARGS={} /usr/bin/python3 $place/AnsiballZ_setup.py && sleep 0'"
if [ "$how" = login ]; then
    mkdir -p -m 700 /root/.ssh
    ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
    cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys
    start ssh -o StrictHostKeyChecking=no root@127.0.0.1 "$run"
else
    start -a 'sshd: root@notty' bash -c "$run; true"
fi
wait_ready
