# id: L137
# mode: scan
# title: terminals left open, an editor and a job within them
su anna -c 'tmux new-session -d -s one "python3 -i"; tmux new-window -t one "sh -c \"while :; do sleep 60; done\""'
start -u anna -d /home/anna perl -e '$0 = "SCREEN -S build"; sleep 100000'
start -u anna -d /home/anna bash -c 'exec -a -bash bash -c "sleep 100000; true"'
start -d /root nohup bash -c 'for i in $(seq 1000); do sleep 100; done'
wait_for starts -u anna tmux
