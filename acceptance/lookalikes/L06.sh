# id: L06
# mode: scan
# title: daemons that write a title over their arguments
start -u postgres -a 'postgres: 15/main: walwriter' sleep 100000
start -u www-data -a 'nginx: worker process' sleep 100000
start -a 'sshd: anna [priv]' sleep 100000
wait_for starts -f walwriter
