# id: L129
# mode: scan
# title: rules of a web root as content systems write them
mkdir -p /var/www/html/wp-content/uploads /var/www/html/admin
cat >/var/www/html/.htaccess <<'END'
# BEGIN WordPress
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
RewriteBase /
RewriteRule ^index\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule . /index.php [L]
</IfModule>
# END WordPress
AddType image/webp .webp
AddHandler application/x-httpd-php82 .php
php_value upload_max_filesize 64M
<FilesMatch "\.(env|log)$">
Require all denied
</FilesMatch>
END
printf '<Files *.php>\ndeny from all\n</Files>\nOptions -ExecCGI -Indexes\nRemoveHandler .php .phtml\nphp_flag engine off\n' >/var/www/html/wp-content/uploads/.htaccess
printf 'AuthType Basic\nAuthUserFile /etc/apache2/.htpasswd\nRequire valid-user\n' >/var/www/html/admin/.htaccess
printf 'memory_limit = 256M\nauto_prepend_file = /var/www/html/wordfence-waf.php\n' >/var/www/html/.user.ini
echo '<?php // WAF' >/var/www/html/wordfence-waf.php
chown -R www-data: /var/www/html
