# id: P22
# mode: scan
# level: suspicious
# title: the command line of a miner
# due: now
pick how argv0 script
pick scheme stratum+tcp stratum+ssl stratum2+tcp
some_port port
word name
if [ "$how" = argv0 ]; then
    pick user root www-data
    start -u "$user" -a "./kswapd0 -o $scheme://127.0.0.1:$port" sleep 100000
    wait_for grep -q "$scheme" "/proc/$pid/cmdline"
else
    mkdir -p "/opt/$name"
    printf 'import signal\nopen("%s", "w")\nsignal.pause()\n' "$ready" >"/opt/$name/$name.py"
    start -d "/opt/$name" python3 "$name.py" -o "$scheme://127.0.0.1:$port" -u worker -p x --threads 2
    wait_ready
fi
said pid "$pid"
