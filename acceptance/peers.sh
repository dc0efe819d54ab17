#!/bin/bash
# Other programs look, each as its manual has it for a report of warnings only, one after the other.
# usage: peers.sh before   lets those that compare remember what is there now
#        peers.sh look     prints, for each: === NAME STATUS SECONDS KILOBYTES, then what it said
set -u
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C HOME=/root TERM=dumb

if [ "$1" = before ]; then
    rkhunter --propupd --nocolors >/dev/null 2>&1
    exit 0
fi

look() {
    local name=$1
    shift
    /usr/bin/time -q -o /run/peer.time -f '%e %M' timeout 900 "$@" >/run/peer.out 2>&1
    echo "=== $name $? $(tail -n 1 /run/peer.time)"
    cat /run/peer.out
    echo
}
# The databases of rkhunter come from its package; what it would fetch or mail is left out.
look rkhunter rkhunter --check --skip-keypress --report-warnings-only --nocolors --disable apps,group_accounts
look chkrootkit chkrootkit -q
look unhide sh -c 'unhide -u quick procall sys; unhide-tcp'
look debsums debsums --all --silent
look lynis sh -c 'lynis audit system --quick --no-colors --quiet >/dev/null 2>&1; grep -E "^warning\[\]=" /var/log/lynis-report.dat'
look keeneye keeneye scan --format concise
