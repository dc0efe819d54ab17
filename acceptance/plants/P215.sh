# id: P215
# mode: scan
# level: suspicious
# title: an interpreter that may become anybody
# due: now
word name
pick path /usr/local/bin/$name /home/anna/.local/bin/python3 /var/lib/$name/py /opt/$name/bin/python3
pick source "$python" "$(readlink -f /usr/bin/perl)"
mkdir -p "${path%/*}"
cp "$source" "$path"
python3 -c "
import os, struct
os.setxattr('$path', 'security.capability', struct.pack('<5I', 0x02000001, 1 << 7, 0, 0, 0))"
said path "$path"
