# id: P515
# mode: scan
# level: suspicious
# title: a packaged program that was made to give root
# due: now
pick path /usr/bin/find /usr/bin/mawk /usr/bin/tar /usr/bin/env
chmod u+s "$path"
said path "$path"
