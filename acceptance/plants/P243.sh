# id: P243
# mode: scan
# level: suspicious
# title: a crontab line that decodes a program and runs it, in other words
# due: now
pick user www-data nobody root anna
pick line 'echo 74727565 | xxd -r -p | sh' 'echo dHJ1ZQ== | openssl enc -base64 -d | bash' \
    'python3 -c "import base64;exec(base64.b64decode(\"cGFzcw==\"))"' 'perl -e "eval(pack(\"H*\",\"31\"))"' \
    'eval "$(echo ZXVydA== | base64 --decode | rev)"' 'base64 -d<<<dHJ1ZQ==|sh' 'printf "\164\162\165\145" | sh' \
    'sh -c "$(echo dHJ1ZQo=|base64 -di)"' "php -r 'eval(base64_decode(\"MTs=\"));'"
echo "11 */2 * * * $line" >"/var/spool/cron/crontabs/$user"
chown "$user":crontab "/var/spool/cron/crontabs/$user"
chmod 600 "/var/spool/cron/crontabs/$user"
said path "/var/spool/cron/crontabs/$user"
