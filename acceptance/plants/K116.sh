# id: K116
# mode: scan
# level: suspicious
# title: a line of inetd or a file of xinetd that gives a shell
# due: now
word name
pick kind inetd xinetd
if [ "$kind" = inetd ]; then
    path=/etc/inetd.conf
    echo "ingreslock stream tcp nowait root /bin/bash bash -i" >"$path"
else
    path=/etc/xinetd.d/$name
    mkdir -p /etc/xinetd.d
    printf 'service %s\n{\n\ttype = UNLISTED\n\tport = 1524\n\tsocket_type = stream\n\twait = no\n\tuser = root\n\tserver = /bin/sh\n\tserver_args = -i\n}\n' "$name" >"$path"
fi
said path "$path"
