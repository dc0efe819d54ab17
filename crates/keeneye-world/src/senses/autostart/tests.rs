use crate::fixture::Fixture;
use crate::{Plan, World, scan};
use keeneye_facts::{Autostart, Interest, Text};

fn world(host: &str) -> World {
    scan(&Fixture::new(host), &Plan::default())
}
/// `kind name [when] user: command -> programs`, with a mark for what sleeps.
fn told(entry: &Autostart) -> String {
    let user = entry.user.as_ref().map(|user| user.lossy().into_owned()).unwrap_or_default();
    let programs: Vec<String> = entry.programs.iter().map(|path| path.lossy().into_owned()).collect();
    let line = entry.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!(
        "{} {}{line} [{}] {user}: {} -> {}{}",
        entry.kind.word(),
        entry.path.lossy(),
        entry.when.lossy(),
        entry.command.lossy(),
        programs.join(","),
        if entry.dormant { " dormant" } else { "" }
    )
}
#[track_caller]
fn check(host: &str, expected: &[&str]) {
    let world = world(host);
    assert_eq!(world.autostarts.iter().map(told).collect::<Vec<_>>(), expected);
    let gaps: Vec<_> = world.gaps.iter().filter(|gap| gap.sense == "autostart").collect();
    assert!(gaps.is_empty(), "{gaps:?}");
}

#[test]
fn tables_of_cron() {
    check(
        "/etc/cron.d/a = */5 * * * * bob /opt/a -x\\n\n/opt/a = x",
        &["cron /etc/cron.d/a:1 [*/5 * * * *] bob: /opt/a -x -> /opt/a"],
    );
    check(
        "/etc/debian_version = 12\n/etc/cron.d/a.b = @daily root a\n/etc/crontab = @daily root /b",
        &["cron /etc/crontab:1 [@daily] root: /b -> /b", "cron /etc/cron.d/a.b:1 [@daily] root: a ->  dormant"],
    );
    check(
        "/etc/passwd = anna:x:1000:1000::/home/anna:/bin/sh\\n\n/var/spool/cron/crontabs/anna = @reboot bin/x\\n\n\
         /var/spool/cron/crontabs/anna : uid=1000",
        &["cron /var/spool/cron/crontabs/anna:1 [@reboot] anna: bin/x -> /home/anna/bin/x"],
    );
    check(
        "/etc/passwd = anna:x:1000:1000::/home/anna:/bin/sh\\n\n/var/spool/cron/anna = @daily /x\\n\n\
         /var/spool/cron/anna : uid=33",
        &["cron /var/spool/cron/anna:1 [@daily] anna: /x -> /x dormant"],
    );
}
#[test]
fn a_table_with_a_search_path_of_its_own() {
    check(
        "/etc/crontab = PATH=/tmp/p:/usr/bin\\nLD_PRELOAD=/tmp/l.so\\n@daily root ls\\n\n/tmp/p/ls = x\n/usr/bin/ls = x",
        &[
            "cron /etc/crontab:2 [environment] : LD_PRELOAD=/tmp/l.so -> /tmp/l.so",
            "cron /etc/crontab:3 [@daily] root: ls -> /tmp/p/ls",
        ],
    );
}
#[test]
fn variables_of_a_table() {
    check(
        "/etc/cron.d/a = D=/var/x\\n@daily root cd $D && ./y\\n\n/var/x/y = x",
        &["cron /etc/cron.d/a:2 [@daily] root: cd $D && ./y -> /var/x/y"],
    );
}
#[test]
fn what_is_no_table_is_a_gap() {
    let world = world("/etc/cron.d/a = this is no table at all\\nnor this, by no means\\n");
    let gap = world.gaps.iter().find(|gap| gap.what == "/etc/cron.d/a").expect("a gap");
    assert_eq!(format!("{:?}", gap.why), "Garbled(\"line 1 is no line of a crontab, and 1 more lines\")");
    assert_eq!(world.autostarts, []);
}
#[test]
fn scripts_of_cron() {
    check(
        "/etc/cron.daily/a = #!/bin/sh\\n# x\\n/opt/b &\\n\n/etc/cron.daily/a : mode=100755\n/etc/cron.daily/c = x",
        &[
            "cron script /etc/cron.daily/a [daily] root: /opt/b & -> /etc/cron.daily/a,/opt/b",
            "cron script /etc/cron.daily/c [daily] root: x -> /etc/cron.daily/c dormant",
        ],
    );
}
#[test]
fn jobs_of_at() {
    check(
        "/var/spool/cron/atjobs/a0001 = #!/bin/sh\\n# atrun uid=0 gid=0\\numask 22\\nA=b; export A\\n\
         cd /srv || {\\n exit 1\\n}\\n./x\\n\n/var/spool/cron/atjobs/a0001 : mode=100700",
        &["at job /var/spool/cron/atjobs/a0001:8 [] root: ./x -> /srv/x"],
    );
}
#[test]
fn units_and_what_wants_them() {
    let unit = "/etc/systemd/system/a.service = [Service]\\nUser=bob\\nExecStart=-/opt/a \\\\\\n  -b\\n[Install]\\n";
    check(unit, &["unit /etc/systemd/system/a.service:3 [ExecStart] bob: -/opt/a    -b -> /opt/a dormant"]);
    check(
        &format!("{unit}\n/etc/systemd/system/multi-user.target.wants/a.service @ ../a.service"),
        &["unit /etc/systemd/system/a.service:3 [ExecStart] bob: -/opt/a    -b -> /opt/a"],
    );
    check(
        &format!("{unit}\n/etc/systemd/system/a.timer = [Timer]\\nOnBootSec=1\\n"),
        &["unit /etc/systemd/system/a.service:3 [ExecStart] bob: -/opt/a    -b -> /opt/a"],
    );
    check(
        "/etc/systemd/system/a@.service = ExecStart=/opt/a %i\\n[Install]\n\
         /etc/systemd/system/x.target.wants/a@1.service @ ../a@.service",
        &["unit /etc/systemd/system/a@.service:1 [ExecStart] root: /opt/a %i -> /opt/a"],
    );
}
#[test]
fn a_unit_that_lies_elsewhere() {
    check(
        "/etc/systemd/system/a.service @ /srv/a.service\n/srv/a.service = ExecStart=/bin/sh -c '/tmp/x; y'",
        &["unit /srv/a.service:1 [ExecStart] root: /bin/sh -c '/tmp/x; y' -> /bin/sh,/tmp/x"],
    );
    check(
        "/etc/systemd/system/a.target.wants/a.service @ /srv/a.service\n/srv/a.service = ExecStart=/x",
        &["unit /srv/a.service:1 [ExecStart] root: /x -> /x"],
    );
}
#[test]
fn masks_aliases_and_drop_ins() {
    check(
        "/etc/systemd/system/auditd.service @ /dev/null",
        &["unit /etc/systemd/system/auditd.service [] :  ->  dormant"],
    );
    check(
        "/lib/systemd/system/ssh.service = ExecStart=/usr/sbin/sshd -D\\n[Install]\\n\n\
         /etc/systemd/system/sshd.service @ /lib/systemd/system/ssh.service\n\
         /etc/systemd/system/ssh.service.d/10.conf = [Service]\\nExecStartPre=-/var/tmp/.x/run\\n",
        &[
            "drop-in /etc/systemd/system/ssh.service.d/10.conf:2 [ExecStartPre] root: -/var/tmp/.x/run -> /var/tmp/.x/run",
            "unit /lib/systemd/system/ssh.service:1 [ExecStart] root: /usr/sbin/sshd -D -> /usr/sbin/sshd",
        ],
    );
    check("/etc/systemd/system/service.d/l.conf = [Service]\\nLimitNOFILE=1\\n", &[]);
}
#[test]
fn settings_of_the_managers() {
    check(
        "/etc/systemd/system.conf.d/x.conf = [Manager]\\nDefaultEnvironment=\"LD_PRELOAD=/opt/l.so\" A=b\\n\n/opt/l.so = x",
        &["drop-in /etc/systemd/system.conf.d/x.conf:2 [environment] root: LD_PRELOAD=/opt/l.so -> /opt/l.so"],
    );
}
#[test]
fn units_of_users_and_their_environment() {
    check(
        "/etc/passwd = anna:x:1000:1000::/home/anna:/bin/sh\\n\n\
         /home/anna/.config/systemd/user/a.service = Environment=A=b \"LD_PRELOAD=/x.so\"\\nExecStart=%h/a\\n",
        &[
            "unit /home/anna/.config/systemd/user/a.service:2 [ExecStart] anna: %h/a -> /home/anna/a",
            "unit /home/anna/.config/systemd/user/a.service:1 [environment] anna: LD_PRELOAD=/x.so -> /x.so",
        ],
    );
}
#[test]
fn variables_of_a_file() {
    check(
        "/lib/systemd/system/a.service = EnvironmentFile=-/etc/default/a\\nExecStart=/usr/sbin/a\\n\n\
         /etc/default/a = # x\\nOPTIONS=\"-4\"\\nLD_PRELOAD=/usr/lib/l.so\\n",
        &[
            "unit /lib/systemd/system/a.service:2 [ExecStart] root: /usr/sbin/a -> /usr/sbin/a",
            "unit /etc/default/a:3 [environment] root: LD_PRELOAD=/usr/lib/l.so -> /usr/lib/l.so",
        ],
    );
}
#[test]
fn generators_and_init_scripts() {
    check(
        "/etc/systemd/system-generators/x = #!/bin/sh\\nexit 0\\n\n/etc/systemd/system-generators/x : mode=100755\n\
         /etc/rc.local = #!/bin/sh\\n/var/tmp/.x/run &\\nexit 0\\n\n/etc/rc.local : mode=100755\n\
         /etc/init.d/x = \n/etc/init.d/x : mode=100755\n/etc/rc2.d/S01x @ ../init.d/x\n/etc/inittab = x:2:once:/opt/y\\n",
        &[
            "generator /etc/systemd/system-generators/x [at boot] root: exit 0 -> /etc/systemd/system-generators/x",
            "init script /etc/inittab:1 [once] root: /opt/y -> /opt/y",
            "init script /etc/rc.local [] root: /var/tmp/.x/run &\nexit 0 -> /etc/rc.local,/var/tmp/.x/run",
            "init script /etc/init.d/x [] root:  -> /etc/init.d/x",
        ],
    );
}
#[test]
fn entries_and_programs_are_looked_at() {
    let world = world("/etc/cron.d/a = @daily root /opt/a\\n\n/opt/a @ b\n/opt/b = x");
    let interests = |path: &str| world.file(path.as_bytes()).map(|file| file.interests.clone()).unwrap_or_default();
    assert!(interests("/etc/cron.d/a").contains(&Interest::Entry));
    assert!(interests("/opt/b").contains(&Interest::Autostart));
    assert_eq!(world.autostarts[0].programs, [Text::from("/opt/b")]);
}
#[test]
fn the_end_of_a_padded_script_is_a_gap() {
    let gaps = |content: &[u8]| {
        let mut host = Fixture::new("/etc/debian_version = 12");
        host.file("/etc/cron.daily/x", content);
        let world = scan(&host, &Plan::default());
        world.gaps.iter().filter(|gap| gap.what == "/etc/cron.daily/x").count()
    };
    let padded =
        |padding: &[u8], times: usize| [b"#!/bin/sh\n", padding.repeat(times).as_slice(), b"/opt/a\n"].concat();
    assert_eq!(gaps(&padded(b":\n", 10)), 0);
    assert_eq!(gaps(&padded(b":\n", 2_100)), 1);
    assert_eq!(gaps(&padded(b": aaaaaaaaaaaaaaaa\n", 16_000)), 1);
    assert_eq!(gaps(&padded(b"#######\n", 150_000)), 1);
}
#[test]
fn a_shell_runs_a_script_with_any_bytes_in_its_comments() {
    let mut host = Fixture::new("/etc/debian_version = 12\n/opt/a = x");
    host.file("/etc/cron.daily/x", b"#!/bin/sh\n# \0\n/opt/a\n");
    let world = scan(&host, &Plan::default());
    assert!(world.autostarts.iter().any(|entry| entry.programs.contains(&Text::from("/opt/a"))));
}
