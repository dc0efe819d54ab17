# id: P258
# mode: scan
# level: suspicious
# title: a module of no package takes part in every authentication
# due: later (a module among the admin's own libraries is unusual)
word name
pick place /usr/lib/x86_64-linux-gnu/security /lib/security /usr/local/lib/security
mkdir -p "$place"
cp "$here/empty.so" "$place/pam_$name.so"
pick file common-auth sshd su
pick written "pam_$name.so" "$place/pam_$name.so"
# PAM finds modules by name in its own directories alone.
[ "$place" != /usr/local/lib/security ] || written=$place/pam_$name.so
echo "auth sufficient $written" >>"/etc/pam.d/$file"
said path "/etc/pam.d/$file"
said line "/etc/pam.d/$file:$(wc -l <"/etc/pam.d/$file")"
said path "$(readlink -f "$place/pam_$name.so")"
