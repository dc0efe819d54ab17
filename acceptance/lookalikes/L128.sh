# id: L128
# mode: scan
# title: a site of WordPress with plugins that decode, compress and call out
place=/var/www/html/wp-content/plugins/seo
mkdir -p "$place/includes" "$place/vendor/composer" /var/www/html/wp-content/uploads/2024/05 /var/www/html/wp-content/uploads/elementor/css
cat >"$place/seo.php" <<'END'
<?php
/* Plugin Name: SEO */
defined('ABSPATH') || exit;
$icon = 'data:image/svg+xml;base64,' . base64_encode('<svg/>');
$default = json_decode(base64_decode('eyJhIjoxfQ=='), true);
function seo_fetch($url) { $c = curl_init($url); curl_setopt($c, CURLOPT_RETURNTRANSFER, true); return curl_exec($c); }
function seo_inflate($s) { return function_exists('gzinflate') ? gzinflate($s) : $s; }
if (isset($_POST['seo_title']) && wp_verify_nonce($_POST['_wpnonce'], 'seo')) { update_option('seo_title', sanitize_text_field($_POST['seo_title'])); }
add_action('init', function () { load_plugin_textdomain('seo'); });
END
cat >"$place/includes/convert.php" <<'END'
<?php
class SEO_Convert {
    public function webp($file) { if (!function_exists('exec')) return; exec('cwebp ' . escapeshellarg($file) . ' 2>&1', $out, $code); return $code; }
    public function sign($x) { return base64_decode(str_rot13($x)); }
    public function call($name, $args) { return call_user_func_array($name, $args); }
}
END
echo '<?php return ComposerAutoloaderInit4f::getLoader();' >"$place/vendor/composer/autoload_real.php"
echo '<?php // Silence is golden.' >/var/www/html/wp-content/uploads/index.php
printf '\xff\xd8\xff\xe0\0\x10JFIF\0' >/var/www/html/wp-content/uploads/2024/05/photo.jpg
printf '<?php\ndefine("AUTH_KEY", "x");\n$table_prefix = "wp_";\nif (!defined("ABSPATH")) define("ABSPATH", __DIR__ . "/");\n' >/var/www/html/wp-config.php
chown -R www-data: /var/www/html
