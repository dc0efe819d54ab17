# id: P121
# mode: scan
# level: suspicious
# title: the history of another shell goes to nothing
# due: now
pick file /root/.zsh_history /home/anna/.psql_history /home/anna/.ash_history /root/.sh_history /root/.local/share/fish/fish_history
mkdir -p "${file%/*}"
pick target /dev/null ../dev/null ../../dev/null
case $file in /root/.[a-z]*_history) target=../dev/null ;; *) target=/dev/null ;; esac
ln -s "$target" "$file"
said path "$file"
