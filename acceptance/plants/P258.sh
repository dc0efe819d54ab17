# id: P258
# mode: scan
# level: suspicious
# title: a module of no package takes part in every authentication
# due: now
word name
pick place /usr/lib/x86_64-linux-gnu/security /lib/security /usr/local/lib/security
mkdir -p "$place"
cp "$here/empty.so" "$place/pam_$name.so"
pick file common-auth sshd su
pick written "pam_$name.so" "$place/pam_$name.so"
echo "auth sufficient $written" >>"/etc/pam.d/$file"
said path "/etc/pam.d/$file"
said line "/etc/pam.d/$file:$(wc -l <"/etc/pam.d/$file")"
said path "$(readlink -f "$place/pam_$name.so")"
