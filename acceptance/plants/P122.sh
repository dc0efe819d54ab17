# id: P122
# mode: scan
# level: suspicious
# title: the command lines of other miners
# due: now
word name
mkdir -p "/opt/$name"
printf 'import signal\nopen("%s", "w")\nsignal.pause()\n' "$ready" >"/opt/$name/main.py"
some_port port
wallet=0x$(printf '%08x' $RANDOM$RANDOM)a1b2c3d4e5f60718293a4b5c6d7e8f90
pick words "-epool 127.0.0.1:$port -ewal ${wallet:0:42} -eworker w -epsw x" \
    "--algo ETCHASH --pool 127.0.0.1:$port --user ${wallet:0:42}.rig" \
    "-P stratum1+ssl://${wallet:0:42}.rig@127.0.0.1:$port" \
    "--coin monero -o 127.0.0.1:$port --nicehash -k --tls --cpu-max-threads-hint 50" \
    "-a kawpow -o stratum+ssl://127.0.0.1:$port -u RBX1G6nYDMHVtyaZiQWySMZw1Bb2DEDpT2 -p x"
pick user root www-data
start -u "$user" python3 "/opt/$name/main.py" $words
wait_ready
said pid "$pid"
