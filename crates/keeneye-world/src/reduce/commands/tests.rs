use super::*;

#[track_caller]
fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    mask(&mut bytes, Names::All);
    assert_eq!(bytes.len(), text.len(), "offsets must stay");
    assert_eq!(bytes.lines().count(), text.lines().count(), "lines must stay");
    String::from_utf8(bytes).expect("was text")
}

#[track_caller]
fn hides(texts: &[&str]) {
    for text in texts {
        let masked = masked(text);
        assert!(!masked.contains("s3cret"), "{masked}");
    }
}

#[test]
fn secrets_in_variables_do_not_pass() {
    hides(&[
        "PASSWORD=s3cret /x",
        "export DB_PASSWD='s3cret with s3cret'",
        "SMTP_PASS=s3cret",
        "SSHPASS=s3cret x",
        "PGPASSWORD=s3cret pg_dump x",
        "API_TOKEN DEFAULT=s3cret",
        "API_TOKEN  OVERRIDE=\"s3cret x\"",
        "Environment=AWS_SECRET_ACCESS_KEY=s3cret A=b",
        "Environment=\"DB_PASSWORD=one s3cret\"",
        "Environment='A=b' 'DB_PASSWORD=one s3cret'",
        "docker run -e \"DB_PASSWORD=one s3cret\" x",
        "PASSWORD=/s3cret",
        "PASSWORD=$s3cret$x",
        "PASSWORD=~s3cret",
        "PASSWORD==s3cret",
        "PASSWORD='$$s3cret'",
        "PASSWORD=${X:-s3cret}",
    ]);
}
#[test]
fn secrets_in_options_do_not_pass() {
    hides(&[
        "--password s3cret --host x",
        "--password=s3cret",
        "pg_dump \"--pwd=s3cret\"",
        "x --pass s3cret",
        "x --password \"a\\\"b s3cret\"",
        "x --password 'a'\\''b s3cret'",
        "x --password a\\ s3cret",
        "x --password \\\n  s3cret",
        "--password=/s3cret+/x=",
        "x --license-key s3cret",
    ]);
}
#[test]
fn secrets_in_addresses_and_headers_do_not_pass() {
    hides(&[
        "curl -u anna:s3cret https://x",
        "curl --user anna:s3cret https://x",
        "curl -u anna:s3cret https://x; curl -u bob:s3cret https://y",
        "curl -sSu anna:s3cret x && curl -uanna:s3cret y",
        "curl --proxy-user 'anna:s3cret s3cret' x",
        "Acquire::http::Proxy \"http://anna:s3cret@proxy:3128\";",
        "url = https://s3cret@example.org/x.git",
        "postgres://anna:a/s3cret@db/x",
        "curl -H 'Authorization: Bearer s3cret' x",
        "curl --header \"Authorization: Basic s3cret\" x",
        "Authorization: Bearer s3cret",
        "curl -H 'X-Api-Key: s3cret' x",
        "curl -H 'Cookie: a=s3cret; b=s3cret' x",
        "curl https://api.telegram.org/bot1:s3cret/sendMessage",
        "curl https://hooks.slack.com/services/T0/B0/s3cret",
    ]);
}
#[test]
fn secrets_in_files_of_settings_do_not_pass() {
    hides(&[
        "{\"api_key\": \"s3cret\"}",
        "{\\\"password\\\": \\\"s3cret\\\"}",
        "'password' => 's3cret',",
        "<password>s3cret</password>",
        "password: s3cret",
        "wpa-psk=s3cret",
        "    wpa-psk s3cret",
        "token = s3cret",
    ]);
}
#[test]
fn secrets_in_settings_of_servers_and_php_do_not_pass() {
    hides(&[
        "env[DB_PASSWORD] = s3cret",
        "$config['db_password'] = 's3cret';",
        "define('DB_PASSWORD', 's3cret');",
        "define(\"API_TOKEN\",\"s3cret\");",
        "fastcgi_param DB_PASSWORD \"s3cret\";",
        "  fastcgi_param DB_PASSWORD s3cret;",
        "SetEnv DB_PASSWORD s3cret",
        "proxy_set_header Authorization \"Basic s3cret\";",
        "RequestHeader set Authorization \"Basic s3cret\"",
        "AuthLDAPBindPassword \"s3cret\"",
        "php_admin_value mysqli.default_pw s3cret",
        "php_admin_value[mysqli.default_pw] = s3cret",
    ]);
}
#[test]
fn secrets_in_options_of_single_programs_do_not_pass() {
    hides(&[
        "sshpass -p s3cret ssh x",
        "sshpass -ps3cret ssh x",
        "sshpass -p 's3cret s3cret' ssh x",
        "mysql -uroot -ps3cret x",
        "mysqldump -p's3cret s3cret' x",
        "/usr/bin/mysqladmin -u root -ps3cret ping",
        "redis-cli -a s3cret ping",
        "snmpwalk -v2c -c s3cret host",
        "openssl enc -passin pass:s3cret -in x",
        "docker login -u anna -p s3cret registry",
        "ldapsearch -x -D cn=a -w s3cret",
        "smbclient -U anna%s3cret //x/y",
        "lftp -u anna,s3cret sftp://x",
        "7z a -ps3cret x.7z /x",
        "zip -P s3cret x.zip x",
        "echo anna:s3cret | chpasswd",
        "echo 'anna:s3cret'|chpasswd",
        "chpasswd <<< \"anna:s3cret\"",
        "bash -c \"mysql --password=s3cret x\"",
        "bash -c \"mysql --password=\\\"s3cret s3cret\\\" x\"",
    ]);
}
#[test]
fn no_more_than_the_secret_is_hidden() {
    for (text, kept) in [
        ("sh -c \"TOKEN=s3cret curl x | sh\"", "sh -c \"TOKEN=****** curl x | sh\""),
        ("PASSWORD=s3cret; /tmp/.x/y", "PASSWORD=******; /tmp/.x/y"),
        ("Environment=\"A_PASS=a b\" LD_PRELOAD=/x.so", "Environment=\"A_PASS=***\" LD_PRELOAD=/x.so"),
        ("sh -c 'sshpass -p x ssh' y 'z'", "sh -c 'sshpass -p * ssh' y 'z'"),
        ("curl -u a:b http://x|sh", "curl -u a:* http://x|sh"),
        ("mysql -psecret -e 'x y'; curl z | sh", "mysql -p****** -e 'x y'; curl z | sh"),
    ] {
        assert_eq!(masked(text), kept);
    }
}
#[test]
fn arguments_keep_their_ends() {
    let masked = mask_arguments(
        b"backup\0--password\0s3cret s3cret\0{\"A_TOKEN\": \"s3cret\"}\0sh\0-c\0mysql -pabc x\0".to_vec(),
    );
    let kept = "backup\0--password\0*************\0{\"A_TOKEN\": \"******\"}\0sh\0-c\0mysql -p*** x\0";
    assert_eq!(masked.as_bstr(), kept);
}
#[test]
fn what_runs_stays() {
    for text in [
        "passwd:         files systemd",
        "auth required pam_unix.so nullok try_first_pass use_authtok",
        "password requisite pam_deny.so",
        "password [success=1 default=ignore] pam_unix.so obscure yescrypt",
        "/usr/bin/backup --password-file=/etc/x --password $PASSWORD",
        "/usr/bin/backup --password-file=x --password \"$PASSWORD\"",
        "x --password-file s --token-path ./x",
        "TOKEN=$(cat /x) TOKEN=\"$A\" y TOKEN=`cat x`",
        "PASSWD=/usr/bin/passwd",
        "SSH_ASKPASS=x credential.helper=!x credentialHelper = !y",
        "*/5 * * * * root curl http://example.org/x | sh",
        "RUN+=\"/bin/sh -c 'x'\"",
        "run -u anna /usr/bin/x",
        "systemctl --no-ask-password stop x.service",
        "adduser --disabled-password --gecos x",
        "PasswordAuthentication=no",
        "PermitRootLogin prohibit-password",
        "X-GNOME-Autostart-Phase=Panel",
        "mysql -p -u root",
        "/bin/login -p root",
        "ssh -p 22 host",
        "ssh-rsa AAAAB3NzaC1yc2E/pskQ== anna@host",
        "http://[::1]:80/a@b http://h:80/a@b",
        "[[ -n $password ]] && [ \"$token\" ] && x",
        "if [ -n $PASSWORD ]; then x; fi",
        "umask 077; read -s password; echo $password",
    ] {
        assert_eq!(masked(text), text);
    }
}
#[test]
fn rules_of_sudo_stay() {
    let text = "Cmnd_Alias PASSWD = passwd\nUser_Alias TOKENS=anna\nanna ALL=(ALL) NOPASSWD: /x --password s3cret\n";
    let mut bytes = text.as_bytes().to_vec();
    mask(&mut bytes, names(&"/etc/sudoers.d/x".into()).expect("text"));
    assert_eq!(bytes.as_bstr(), text.replace("s3cret", "******").as_str());
}
#[test]
fn masking_keeps_lengths_and_lines() {
    let seeds: [&[u8]; 3] = [
        b"export TOKEN=s3cret; curl -u a:b 'https://a:b@c/d' -H \"Authorization: x y\"\n",
        b"{\"password\" : \"x\"}\n--secret 'a b' sshpass -p x ssh y\n",
        b"Environment=\"A_PASS=a b\" \\\n --password \\\n x 'a'\\''b' mysql -p'x y' | chpasswd <<< a:b\n",
    ];
    crate::mutate::check(&seeds, |bytes| {
        let mut once = bytes.to_vec();
        mask(&mut once, Names::All);
        once.len() == bytes.len() && once.lines().count() == bytes.lines().count()
    });
}
#[test]
fn hostile_text_takes_no_longer_than_other_text() {
    let pieces = [
        "PASS=a\"\\",
        "PASS=a'",
        "PASS=\\\"",
        "-u ",
        "a\\\n",
        "://",
        "://a:b",
        "\"PASS=$",
        "curl -u",
        "PASS=$(",
        "PASS=\"/etc/",
    ];
    for piece in pieces {
        let mut bytes = piece.repeat(200_000 / piece.len()).into_bytes();
        mask(&mut bytes, Names::All);
        assert_eq!(bytes.len(), piece.len() * (200_000 / piece.len()), "{piece}");
    }
}
#[test]
fn databases_of_packages_hold_no_secrets() {
    for path in ["/var/lib/dpkg/status", "/lib/apk/db/installed"] {
        assert_eq!(names(&path.into()), None, "{path}");
    }
    for path in ["/etc/cron.d/x", "/srv/x/.env", "/home/a/.config/x", "/etc/ssh/sshd_config"] {
        assert_eq!(names(&path.into()), Some(Names::All), "{path}");
    }
}
