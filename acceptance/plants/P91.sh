# id: P91
# mode: scan
# level: suspicious
# title: a container with the root of the machine in it
# due: now
start unshare --mount --pid --fork --mount-proc sh -c "mkdir /run/host && mount --bind / /run/host && touch $ready && chroot /run/host sh -c 'while :; do sleep 1000; done'"
wait_ready
said pid "$pid"
said pid "$(pgrep -n -f 'while :; do sleep')"
