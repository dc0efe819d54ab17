# id: K118
# mode: scan
# level: suspicious
# title: php loads a hidden extension or a file before every page
# due: now
word name
pick line "extension=/usr/share/.$name.so" "auto_prepend_file=/var/tmp/.$name.php" "extension=/var/tmp/$name.so"
path=/etc/php/8.2/cli/conf.d/99-$name.ini
mkdir -p "${path%/*}"
echo "$line" >"$path"
said path "$path"
