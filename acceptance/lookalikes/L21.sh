# id: L21
# mode: scan
# title: memory files that are open and mapped, not executed
pick user anna root www-data
start -u "$user" python3 -c "
import mmap, os, signal
fd = os.memfd_create('pulseaudio')
os.ftruncate(fd, 65536)
shared = mmap.mmap(fd, 65536)
kept = os.memfd_create('wayland-shm', os.MFD_CLOEXEC)
open('$ready', 'w')
signal.pause()"
wait_ready
