# id: L42
# mode: scan
# title: a numerical job in a home directory
su anna -c 'mkdir -p ~/calc && cp /usr/bin/yes ~/calc/model'
start -u anna -d /home/anna/calc -a ./model /home/anna/calc/model
wait_for runs "$pid" /home/anna/calc/model
