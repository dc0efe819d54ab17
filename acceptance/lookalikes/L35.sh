# id: L35
# mode: scan
# title: a run of ansible
mkdir -p /root/.ansible/tmp/ansible-tmp-1700000000.1-42 /tmp/ansible_setup_payload_x1
pick place /tmp/ansible_setup_payload_x1 /root/.ansible/tmp/ansible-tmp-1700000000.1-42
printf 'import signal\nopen("%s", "w")\nsignal.pause()\n' "$ready" >"$place/AnsiballZ_setup.py"
start -a 'sshd: root@notty' bash -c "sh -c '/usr/bin/python3 $place/AnsiballZ_setup.py; true'; true"
wait_ready
