# id: P133
# mode: scan
# level: suspicious
# title: a library in a perl whose file is gone
# without baseline: its file is gone
# due: now
word name
pick place /usr/local/lib /opt/$name /home/anna/.cache /root
mkdir -p "$place"
chmod 755 "$place"
library=$place/lib$name.so
cp "$here/empty.so" "$library"
chmod 755 "$library"
start perl -e "
require DynaLoader; DynaLoader::dl_load_file('$library', 0) or die;
open(F, '>', '$ready'); close(F); sleep 100000;"
wait_ready
rm "$library"
wait_for maps "$pid" "$library (deleted)"
said pid "$pid"
said path "$library"
