# id: L57
# mode: scan
# title: a page cache written by the web server
place=/var/www/html/var/cache/smarty/compile
mkdir -p "$place"
chown -R www-data: /var/www/html/var
setpriv --reuid=www-data --regid=www-data --clear-groups sh -c "printf '<?php /* Smarty version 4.3.0, created on 2024-01-01 */ echo \"hello\"; ?>' >$place/a1b2.file.index.tpl.php"
