# id: L130
# mode: scan
# title: tools for administrators and frameworks in a web root
mkdir -p /var/www/html/phpmyadmin/libraries /var/www/html/storage/framework/views /var/www/html/bootstrap/cache /var/www/html/vendor/symfony/process /var/www/html/vendor/phpunit
printf '<?php\n$sql = $_POST["sql_query"] ?? "";\n$result = $dbi->query($sql);\nif (isset($_REQUEST["db"])) { $db = (string) $_REQUEST["db"]; }\n' >/var/www/html/phpmyadmin/sql.php
printf '<?php $__env->startSection("content"); ?>\n<h1><?php echo e($title); ?></h1>\n<?php $__env->stopSection(); ?>\n' >/var/www/html/storage/framework/views/0b1c9e.php
printf '<?php return array ("providers" => array (0 => "App\\\\Providers"));\n' >/var/www/html/bootstrap/cache/services.php
printf '<?php\nclass Process { private function open() { $this->process = @proc_open($this->commandline, $d, $this->pipes, $this->cwd); } function eval($code) { return eval("return $code;"); } }\n' >/var/www/html/vendor/symfony/process/Process.php
printf '<?php\n$t = shell_exec("git rev-parse --short HEAD");\necho htmlspecialchars($t);\nunserialize(base64_decode($cached));\n' >/var/www/html/version.php
chown -R www-data: /var/www/html/storage /var/www/html/bootstrap/cache
