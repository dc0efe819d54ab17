# id: L20
# mode: scan
# title: the X server's directories in /tmp
umask 0
mkdir -m 1777 /tmp/.X11-unix /tmp/.ICE-unix /tmp/.font-unix /tmp/.XIM-unix
