# id: K117
# mode: scan
# level: suspicious
# title: the environment of every session names a library
# due: now
word name
pick path /etc/environment /etc/environment.d/$name.conf /etc/security/pam_env.conf /home/anna/.pam_environment
mkdir -p "${path%/*}"
cp "$here/empty.so" "/usr/local/lib/lib$name.so"
case $path in
*pam_env.conf | *.pam_environment) echo "LD_PRELOAD DEFAULT=/usr/local/lib/lib$name.so" >>"$path" ;;
*) echo "LD_PRELOAD=/usr/local/lib/lib$name.so" >>"$path" ;;
esac
said path "$path"
