#!/bin/bash
# Gives the row a network with a far end, and becomes the row. Runs in a fresh network namespace, outside of the row's
# own: nothing of the far end is seen in the disposable root. usage: world.sh COMMAND...
set -euo pipefail
row=$$
ip link set lo up
# Every address of the two documentation networks is answered from here.
ip route add local 198.51.100.0/24 dev lo
ip route add local 203.0.113.0/24 dev lo
mine=$(readlink "/proc/$row/ns/net")
(
    for _ in {1..500}; do
        [ "$(readlink "/proc/$row/ns/net")" = "$mine" ] || break
        sleep 0.01
    done
    ip link add world type veth peer name eth0 netns "$row"
    ip addr add 10.20.0.1/24 dev world
    ip link set world up
    nsenter --net="/proc/$row/ns/net" sh -c 'ip addr add 10.20.0.10/24 dev eth0 && ip link set eth0 up && ip route add default via 10.20.0.1'
    exec python3 "$(dirname "$0")/world.py" "$row"
) &
exec "$@"
