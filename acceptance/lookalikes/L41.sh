# id: L41
# mode: scan
# title: a terminal left open for weeks and a busy batch job
su anna -c 'tmux new-session -d -s work'
start -u anna -d /home/anna nohup python3 -c 'while True: pass'
wait_for starts -u anna tmux
