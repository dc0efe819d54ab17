# id: L110
# mode: scan
# title: a banner at login from a script of the admin
mkdir -p /etc/update-motd.d
printf '#!/bin/sh\n/usr/local/bin/banner 2>/dev/null\nprintf "Load: %%s\\n" "$(cut -d" " -f1-3 /proc/loadavg)"\n' >/etc/update-motd.d/20-sysinfo
printf '#!/bin/sh\n[ -x /usr/bin/landscape-sysinfo ] && exec /usr/bin/landscape-sysinfo\n[ -r /var/run/reboot-required ] && cat /var/run/reboot-required || true\n' >/etc/update-motd.d/98-reboot
printf '#!/bin/sh\necho "web1: production"\n' >/usr/local/bin/banner
chmod 755 /etc/update-motd.d/* /usr/local/bin/banner
