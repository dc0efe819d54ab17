# id: K05
# mode: scan
# level: suspicious
# title: a changed program of a package
# due: now
pick program /usr/bin/ss /usr/sbin/sshd /usr/bin/login /usr/sbin/cron /usr/bin/sudo
cp --preserve=all "$program" "$program.new"
printf '\0' >>"$program.new"
touch -r "$program" "$program.new"
mv "$program.new" "$program"
said path "$program"
