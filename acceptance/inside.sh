#!/bin/bash
# The first process of the disposable root: starts what an ordinary server runs, acts out one row, lets keeneye look.
# usage: inside.sh SEED RECIPE|- USER SCAN-ARGUMENTS...
#        inside.sh SEED RECIPE|- root learn SCAN-ARGUMENTS...   the same with a baseline that was learnt before the row
#        inside.sh SEED RECIPE,... peers    several at once, and other programs look
#        inside.sh SEED RECIPE measure ROUNDS   what a look takes
# Open from enter.sh: 5 takes what the recipe said, 6 the report, 7 the messages.
set -u
here=/usr/local/share/acceptance
seed=$1 recipe=$2 user=$3
shift 3

unset "${!ACCEPTANCE_@}" OLDPWD
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C
exec 0</dev/null 1>&7 2>&7
cd /
echo web1 >/proc/sys/kernel/hostname
ip link set lo up

mkdir -p /run/sshd
mkdir -m 1777 /run/acceptance
/usr/sbin/sshd 5>&- 6>&- 7>&- </dev/null >/dev/null 2>&1
/usr/sbin/cron 5>&- 6>&- 7>&- </dev/null >/dev/null 2>&1
until [ -e /run/crond.pid ] && ss -Htln 'sport = :22' | grep -q .; do sleep 0.02; done

act() {
    SEED=$1 /bin/bash -c '. "$0/recipe.sh" && . "$1"' "$here" "$here/$2" 3>/run/acceptance/said 5>&- 6>&- 7>&-
    echo "recipe $?" >&5
    cat /run/acceptance/said >&5
}

if [ "$user" = peers ]; then
    "$here/peers.sh" before 5>&- 6>&- 7>&-
    for one in ${recipe//,/ }; do
        [ "$one" = - ] || act $((++seed)) "$one"
    done
    rm -r /run/acceptance
    exec "$here/peers.sh" look >&6 5>&- 7>&-
fi
if [ "${1-}" = learn ]; then
    shift
    keeneye baseline learn >&7 5>&- 6>&- 7>&-
fi
[ "$recipe" = - ] || act "$seed" "$recipe"
rm -r /run/acceptance
[ "$user" != measure ] || exec python3 "$here/measure.py" "$@" keeneye scan --format json >&6 5>&- 7>&-

began=$(date +%s%N)
if [ "$user" = root ]; then
    keeneye scan --format json "$@" >&6 5>&- 7>&-
else
    setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- keeneye scan --format json "$@" >&6 5>&- 7>&-
fi
echo "scan $? $((($(date +%s%N) - began) / 1000000))" >&5
# A recording takes the report's place.
[ ! -e /tmp/record.kee ] || cat /tmp/record.kee >/proc/self/fd/6
