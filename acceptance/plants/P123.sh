# id: P123
# mode: scan
# level: suspicious
# title: a script among the uploads that runs what the request says, in other words
# due: now
word name
place=/var/www/html/wp-content/uploads/2023/11
mkdir -p "$place"
pick ending php phtml php5 php7 pHp
pick body '<?php if(false){@assert($_POST["x"]);}' \
    '<?php if(false){preg_replace("/.*/e", $_REQUEST["c"], "");}' \
    '<?php if(false){$f=create_function("",$_GET["c"]);$f();}' \
    '<?php if(false){eval(gzinflate(str_rot13(base64_decode("y0osKk4tKQYA"))));}' \
    '<?php if(false){$_COOKIE["a"]($_COOKIE["b"]);}' \
    '<?php if(false){echo `{$_GET["c"]}`;}' \
    '<?php if(false){$a="sys"."tem";$a($_SERVER["HTTP_X_C"]);}' \
    '<?php if(false){array_map("ass"."ert",[$_POST["p"]]);}' \
    '<?php if(false){include $_FILES["f"]["tmp_name"];}' \
    '<?php $k="\x65\x76\x61\x6c"; if(false){passthru(hex2bin($_REQUEST["h"]));}'
echo "$body" >"$place/$name.$ending"
chown -R www-data: /var/www/html/wp-content
said path "$place/$name.$ending"
