# What the recipes of break-ins with several traces share: ways in, and what is done then. Sourced by them.

# A network with a far end, and the far end's address. The row's head says `# network: world`.
reaches_world() { ip route get 198.51.100.1 && bash -c 'exec 4<>/dev/tcp/198.51.100.1/443'; }
pick far 198.51.100.{11..99}
dropped=/run/acceptance/dropped
mkdir -m 1777 "$dropped"

# ask PATH PORT: somebody out there asks our web server for a page.
ask() {
    wait_for reaches_world >/dev/null
    exec 8<>/dev/tcp/198.51.100.1/9
    echo "GET $1 $2" >&8
    cat <&8 >/dev/null
    exec 8>&-
}

# dialler FILE PORT [ARGV0]: a script that connects to the far end, says so, and waits; inert.
dialler() {
    cat >"$1" <<END
#!/usr/bin/python3
import signal, socket
peer = socket.create_connection(("$far", $2))
open("$dropped/$(basename "$1")", "w").close()
signal.pause()
END
    chmod 755 "$1"
}
dialled() { wait_for test -e "$dropped/$1"; rm -f "$dropped/$1"; }

# web_service: nginx and php-fpm as their units start them. Both are on the server root only.
web_service() {
    install -d -m 755 -o www-data -g www-data /run/php
    start /usr/sbin/php-fpm8.2 --nodaemonize --fpm-config /etc/php/8.2/fpm/php-fpm.conf
    wait_for test -S /run/php/php8.2-fpm.sock
    /usr/sbin/nginx -g 'daemon on; master_process on;' 3>&-
    wait_for listens 8081
}

# crontab_of USER LINE...: as crontab(1) leaves it.
crontab_of() {
    local user=$1
    shift
    printf '%s\n' "$@" >"/var/spool/cron/crontabs/$user"
    chown "$user":crontab "/var/spool/cron/crontabs/$user"
    chmod 600 "/var/spool/cron/crontabs/$user"
    said path "/var/spool/cron/crontabs/$user"
}

# new_key HOME [USER]: a key that lets somebody in.
new_key() {
    local user=${2:-root}
    install -d -m 700 -o "$user" -g "$(id -g "$user")" "$1/.ssh"
    echo "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc $(hostname)" >>"$1/.ssh/authorized_keys"
    chown "$user" "$1/.ssh/authorized_keys"
    chmod 600 "$1/.ssh/authorized_keys"
    said path "$1/.ssh/authorized_keys"
}

# unit NAME PROGRAM: a unit that is started at boot and again whenever it ends.
unit() {
    mkdir -p /etc/systemd/system/multi-user.target.wants
    printf '[Unit]\nDescription=%s\n[Service]\nExecStart=%s\nRestart=always\n[Install]\nWantedBy=multi-user.target\n' "$1" "$2" \
        >"/etc/systemd/system/$1.service"
    ln -s "/etc/systemd/system/$1.service" /etc/systemd/system/multi-user.target.wants/
    said path "/etc/systemd/system/$1.service"
}
