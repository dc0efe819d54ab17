# id: P55
# mode: scan
# level: note
# title: a start file of python that imports
# due: now
word name
mkdir -p /usr/local/lib/python3.11/dist-packages
echo 'import os' >"/usr/local/lib/python3.11/dist-packages/$name.pth"
said path "/usr/local/lib/python3.11/dist-packages/$name.pth"
