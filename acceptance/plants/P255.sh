# id: P255
# mode: scan
# level: note
# title: a start file of python that decodes and runs
# due: now
word name
pick place /usr/lib/python3/dist-packages /usr/local/lib/python3.11/dist-packages /root/.local/lib/python3.11/site-packages
mkdir -p "$place"
echo 'import base64; exec(base64.b64decode("cGFzcw=="))' >"$place/$name.pth"
said path "$place/$name.pth"
