# id: L41
# mode: scan
# title: a terminal left open for weeks and a busy batch job
su anna -c 'tmux new-session -d -s work'
pick user anna root
start -u "$user" -d /home/anna nohup python3 -c 'while True: pass'
wait_for starts -u anna tmux
