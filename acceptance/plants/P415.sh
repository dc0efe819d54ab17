# id: P415
# mode: scan
# level: suspicious
# title: a packaged interpreter that was given a capability
# due: now
pick source "$python" "$(readlink -f /usr/bin/perl)" /usr/bin/php8.2 /usr/bin/tar
pick bit 2 7 21 1
python3 -c "
import os, struct
os.setxattr('$source', 'security.capability', struct.pack('<5I', 0x02000001, 1 << $bit, 0, 0, 0))"
said path "$source"
