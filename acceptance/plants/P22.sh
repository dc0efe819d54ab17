# id: P22
# mode: scan
# level: suspicious
# title: the command line of a miner
# due: now
pick how argv0 script bare
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
    wallet=4
    for _ in {1..94}; do
        pick letter A B C D E F G H J K M N P Q R S T U V W X Y Z a b c d e f g h 1 2 3 4 5 6 7 8 9
        wallet+=$letter
    done
    if [ "$how" = script ]; then
        start -d "/opt/$name" python3 "$name.py" -o "$scheme://127.0.0.1:$port" -u worker -p x --threads 2
    else
        start -d "/opt/$name" python3 "$name.py" --algo rx/0 --url "127.0.0.1:$port" --user "$wallet" --donate-level 1
    fi
    wait_ready
fi
said pid "$pid"
