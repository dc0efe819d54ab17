# id: P223
# mode: scan
# level: suspicious
# title: a picture among the uploads that the web server takes for a program
# due: now
word name
pick place /var/www/html/wp-content/uploads /var/www/html/images /srv/www/media
mkdir -p "$place"
pick line 'AddType application/x-httpd-php .jpg' 'AddHandler php8.2-script .jpg' '<FilesMatch "\.jpg$">
SetHandler application/x-httpd-php
</FilesMatch>'
echo "$line" >"$place/.htaccess"
printf '\xff\xd8\xff\xe0\0\x10JFIF\0<?php if(false){eval($_POST["c"]);} ?>' >"$place/$name.jpg"
chown -R www-data: "$place"
said path "$place/.htaccess"
said path "$place/$name.jpg"
