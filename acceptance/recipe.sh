# What the recipes share. A recipe is sourced by bash inside the disposable root, as root, with descriptor 3 open for
# what it says; when it ends, keeneye looks. Nothing it starts may be its foreground.
set -euo pipefail
RANDOM=$SEED
here=/usr/local/share/acceptance

# said KIND VALUE: names a thing that keeneye has to speak about. Kinds: pid tid path line port account shm net.
said() { echo "$*" >&3; }

# pick NAME A B ...: sets NAME to one of the values, chosen by the seed.
pick() {
    local -n picked=$1
    shift
    local at=$((RANDOM % $# + 1))
    picked=${!at}
}

# word NAME: sets NAME to a made-up name of five to eight letters.
word() {
    local -n made=$1
    local consonants=bcdfghjklmnprstvz vowels=aeiou count=$((5 + RANDOM % 4)) i
    made=
    for ((i = 0; i < count; i++)); do
        if ((i % 2)); then made+=${vowels:RANDOM % ${#vowels}:1}; else made+=${consonants:RANDOM % ${#consonants}:1}; fi
    done
}

# some_port NAME: sets NAME to a port above the well-known ones.
some_port() {
    local -n chosen=$1
    chosen=$((20000 + RANDOM % 12000))
}

# start [-u USER] [-a ARGV0] [-d DIRECTORY] [-e NAME=VALUE]... COMMAND...: runs it as a daemon would run, in its own
# session with nothing on its standard descriptors, and sets pid. exec keeps the process id through the whole chain.
start() {
    local user=root argv0='' directory=/ as=() OPTIND=1 option
    local environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C)
    while getopts u:a:d:e: option; do
        case $option in
        u) user=$OPTARG ;;
        a) argv0=$OPTARG ;;
        d) directory=$OPTARG ;;
        e) environment+=("$OPTARG") ;;
        *) return 1 ;;
        esac
    done
    shift $((OPTIND - 1))
    [ "$user" = root ] || as=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --init-groups --)
    [ -z "$argv0" ] || as+=(bash -c 'exec -a "$0" "$@"' "$argv0")
    (cd "$directory" && exec env -i "${environment[@]}" setsid "${as[@]}" "$@" </dev/null >/dev/null 2>&1 3>&-) &
    pid=$!
    wait_for settled "$pid"
}

# True when a started process is past the programs that only prepare it; it may have ended already. Each of its
# programs shows in both places, but while it goes from one to the next the two may be of different ones.
settled() { ! prepares "$1" && ! readlink "/proc/$1/exe" | grep -qE '^/usr/bin/(env|setsid|setpriv)$' && ! prepares "$1"; }
prepares() {
    tr '\0' ' ' <"/proc/$1/cmdline" |
        grep -qE '^(env -i |setsid |setpriv --reuid|bash -c exec -a "\$0"|/bin/bash -c \. "\$0/recipe.sh")'
}

# wait_for COMMAND...: until it succeeds; gives up after ten seconds.
wait_for() {
    local tries=0
    until "$@" 2>/dev/null; do
        ((++tries < 500)) || { echo "never came true: $*" >&2; return 1; }
        sleep 0.02
    done
}

# Conditions for wait_for.
runs() { [ "$(readlink "/proc/$1/exe")" = "$2" ]; }
listens() { ss -Htln "sport = :$1" | grep -q .; }
starts() { pgrep "$@" >/dev/null; }
maps() { grep -q -- "$2" "/proc/$1/maps"; }
called() { [ "$(tr '\0' ' ' <"/proc/$1/cmdline")" = "$2 " ]; }

# other_end PORT [USER]: the other end of a connection: listens on a port of the loopback address, takes one connection
# and holds it without a word.
other_end() {
    start -u "${2:-root}" python3 -c "
import signal, socket
s = socket.socket()
s.bind(('127.0.0.1', $1))
s.listen()
peer = s.accept()
signal.pause()"
    wait_for listens "$1"
}

# listening_script FILE PORT [ADDRESS]: writes a script for Python that listens, and does nothing else.
listening_script() {
    cat >"$1" <<END
import signal, socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("${3:-0.0.0.0}", $2))
s.listen()
signal.pause()
END
}

# mount_image DIRECTORY FILE: mounts a squashfs image. Loop devices are the machine's, and free themselves with the mount.
mount_image() {
    local number
    [ -e /dev/loop-control ] || mknod /dev/loop-control c 10 237
    for number in {0..7}; do [ -e "/dev/loop$number" ] || mknod "/dev/loop$number" b 7 "$number"; done
    mount -t squashfs -o loop,ro,nosuid,nodev "$2" "$1"
    rm /dev/loop-control /dev/loop[0-7]
}

# The interpreter's real path, which is what /proc/PID/exe shows.
python=$(readlink -f /usr/bin/python3)

# ready NAME: a file that a started script creates when it has reached its state; taken away before keeneye looks.
ready=/run/acceptance/ready
wait_ready() { wait_for test -e "$ready" && rm -f "$ready"; }

# log iso|traditional AGO PROGRAM MESSAGE: adds a line to the authentication log, of so many seconds ago.
log() {
    local when=$(($(date +%s) - $2)) stamp
    if [ "$1" = iso ]; then stamp=$(date -d "@$when" +%FT%T.000000%:z); else stamp=$(date -d "@$when" '+%b %e %T'); fi
    echo "$stamp web1 $3: $4" >>/var/log/auth.log
}

# records FILE "TYPE PID LINE USER HOST AGO"...: writes login records as x86-64 has them; a `-` is empty, AGO is negative.
records() {
    python3 - "$@" <<'PYTHON'
import ipaddress, struct, sys, time

def text(word):
    return b"" if word == "-" else word.encode()

with open(sys.argv[1], "wb") as file:
    for record in sys.argv[2:]:
        kind, pid, line, user, host, ago = record.split()
        address = b""
        try:
            address = ipaddress.ip_address(host).packed
        except ValueError:
            pass
        file.write(struct.pack("<hxxi32s4s32s256shhiii16s20x", int(kind), int(pid), text(line), text(line)[-4:],
                               text(user), text(host), 0, 0, 0, int(time.time()) + int(ago), 0, address))
PYTHON
}

# journals: a journal of the last days, in several files as journald leaves them. Sets files to their paths, oldest first.
journals() {
    local directory=/var/log/journal/$(printf '%08x' $RANDOM $RANDOM $RANDOM $RANDOM)
    mkdir -p "$directory"
    cp -p "$here"/journal/*.journal "$directory"
    # The numbers of their first entries stand in their names.
    mapfile -t files < <(ls "$directory"/system@*.journal)
    files+=("$directory/system.journal")
}

# places FILE: a person's own table of where addresses are, which places those for documentation in three countries.
places() {
    printf '%s\n' 3221225984,3221226239,BR 3325256704,3325256959,DE 3405803776,3405804031,JP >"$1"
}
