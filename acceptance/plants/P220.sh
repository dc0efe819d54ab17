# id: P220
# mode: scan
# level: suspicious
# title: the notes of a sniffer in /dev
# due: later (words in /dev are what a slip of the hand leaves: unusual)
pick path /dev/saux /dev/ptyr /dev/.ttyS0 /dev/sdx
printf 'login root pw hunter2\nlogin anna pw example\n' >"$path"
chmod 600 "$path"
said path "$path"
