# id: P23
# mode: scan
# level: suspicious
# title: a script with a decoder call among the uploads
# due: now
word name
place=/var/www/html/wp-content/uploads/2024/05
mkdir -p "$place"
printf '<?php if(false){eval(base64_decode($_POST["a"]));} ?>\n' >"$place/$name.php"
chown -R www-data: /var/www/html/wp-content
said path "$place/$name.php"
