//! A digest of a host, letter by letter.

use super::page;
use super::period::Period;
use keeneye_facts::{Event, LogTime, PackageStep, StepKind, Text};
use keeneye_report::Layout;
use keeneye_report::words::Zone;
use keeneye_world::fixture::Fixture;
use keeneye_world::{Plan, World, scan};

/// 2023-11-14 22:13:20, in UTC.
const NOW: i64 = 1_700_000_000;
const DAY: i64 = 86_400;

fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\\n")).collect()
}

fn world() -> World {
    let auth = lines(&[
        "2023-11-13T08:00:00Z web1 sshd[3]: Failed password for root from 45.95.147.236 port 3 ssh2",
        "2023-11-13T23:50:00Z web1 sshd[4]: Failed password for root from 45.95.147.236 port 4 ssh2",
        "2023-11-14T00:10:00Z web1 sshd[4]: Failed password for invalid user x y from 45.95.147.236 port 4 ssh2",
        "2023-11-14T09:00:00Z web1 sshd[41]: Accepted publickey for anna from 192.168.0.7 port 4 ssh2: ED25519 SHA256:abc",
        "2023-11-14T09:00:00Z web1 sshd[41]: pam_unix(sshd:session): session opened for user anna(uid=1000) by (uid=0)",
        "2023-11-14T09:10:00Z web1 sshd[41]: pam_unix(sshd:session): session closed for user anna",
        "2023-11-14T09:01:00Z web1 sudo:     anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/true",
        "2023-11-14T09:02:00Z web1 sudo:      bob : user NOT in sudoers ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
        "2023-11-14T09:02:01Z web1 sudo: pam_unix(sudo:auth): authentication failure; logname=anna uid=1000 euid=0 tty=/dev/pts/0 ruser=anna rhost=  user=anna",
        "2023-11-14T09:02:09Z web1 sudo:     anna : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
        "2023-11-14T09:02:10Z web1 su: pam_unix(su:auth): authentication failure; logname=anna uid=1000 euid=0 tty=pts/0 ruser=anna rhost=  user=root",
        "2023-11-14T09:02:12Z web1 su: FAILED SU (to root) anna on pts/0",
        "2023-11-14T09:02:13Z web1 su: FAILED SU (to root) bob on pts/1",
        "2023-11-14T09:02:20Z web1 su: (to root) anna on pts/0",
        "2023-11-14T09:03:00Z web1 useradd[77]: new user: name=eve, UID=1002, GID=1002, home=/home/eve, shell=/bin/sh",
        "2023-11-14T09:03:01Z web1 gpasswd[78]: user eve added by root to group sudo",
        "2023-11-14T09:03:02Z web1 usermod[79]: change user 'eve' UID from '1002' to '0'",
        "2023-11-14T09:03:03Z web1 gpasswd[80]: user eve removed by root from group sudo",
    ]);
    let syslog = lines(&[
        "2023-11-13T03:00:00Z web1 CRON[8]: (root) CMD (/usr/bin/backup)",
        "2023-11-13T23:00:00Z web1 CRON[8]: (root) CMD (/usr/bin/backup)",
        "2023-11-14T03:00:00Z web1 CRON[9]: (root) CMD (/usr/bin/backup)",
        "2023-11-14T04:00:00Z web1 systemd[1]: nginx.service: Failed with result 'exit-code'.",
        "2023-11-14T04:00:01Z web1 kernel: blk_update_request: I/O error, dev sda, sector 5",
        "2023-11-14T04:00:02Z web1 kernel: blk_update_request: I/O error, dev sda, sector 9",
        "2023-11-14T05:00:00Z web1 kernel: reboot: Restarting system",
    ]);
    let dpkg = lines(&[
        "2023-11-12 06:00:00 upgrade old:amd64 1 2",
        "2023-11-14 06:00:00 install htop:amd64 <none> 3.2.2-2",
        "2023-11-14 06:00:01 upgrade bash:amd64 5.2-1 5.2-2",
        "2023-11-14 06:00:02 upgrade openssl:amd64 3.0-1 3.0-2",
        "2023-11-14 06:00:03 remove nano:amd64 7.2-1 <none>",
        "2023-11-14 06:00:04 upgrade <b>\\e[31m:all 1 1",
    ]);
    let host = format!(
        "/var/log/auth.log = {auth}\n/var/log/syslog = {syslog}\n/var/log/dpkg.log = {dpkg}\n\
         /var/log/kern.log ! EIO\n/var/log/kern.log : size=9\n"
    );
    scan(&Fixture::new(&host), &Plan { only_logs: true, ..Plan::default() })
}

fn text(period: Period) -> String {
    let world = world();
    page::sheet(&world, &[], &Zone::of(&world.host), period).text(&Layout::default())
}

#[test]
fn of_the_last_day() {
    let expected = "\
web1, 13 Nov 2023 22:13:20 to 14 Nov 2023 22:13:20 UTC

could not see
                        /var/log/kern.log: input/output error (EIO)

logins
  anna                  1 × from 192.168.0.7, private, publickey, 10 minutes

failed logins
  in all                up to 3 from 1 address
  45.95.147.236         up to 3 × against 2 names, mostly root, NL, Alsycon B.V. (AS49870)

sudo and su
  anna as root          1 × /bin/true
  anna as root          1 × su

sudo and su, refused
  wrong passwords       at su: anna 1
  wrong passwords       at sudo: anna 3
  bob as root           1 × /bin/sh
  bob as root           1 × su

accounts and groups
  14 Nov 2023 09:03:02  ROOT'S NUMBER: changed account eve: uid 1002 → 0
  14 Nov 2023 09:03:00  new account eve, uid 1002
  14 Nov 2023 09:03:01  group sudo: eve added, by root
  14 Nov 2023 09:03:03  group sudo: eve removed, by root

cron
  root                  up to 3 × /usr/bin/backup

services and disks
  disk                  2 × sda
  failed                1 × nginx.service

packages
  installed             1: htop 3.2.2-2
  other version         2: bash 5.2-1 → 5.2-2, openssl 3.0-1 → 3.0-2
  reinstalled           1: <b>\\x1b[31m 1
  removed               1: nano 7.2-1

machine
  14 Nov 2023 05:00:00  shut down

counts
  up to                 logs are counted by whole days, and of these days only a part is told of here
";
    assert_eq!(text(Period { from: NOW - DAY, to: NOW }), expected);
}
#[test]
fn a_whole_day_is_told_exactly() {
    // 2023-11-14, midnight to midnight.
    let midnight = NOW - NOW % DAY;
    let text = text(Period { from: midnight, to: midnight + DAY });
    for line in ["45.95.147.236         1 × against x y, NL", "root                  1 × /usr/bin/backup"] {
        assert!(text.contains(line), "{text}");
    }
    assert!(!text.contains("up to"), "{text}");
}
#[test]
fn what_programs_are_told() {
    let world = world();
    let sheet = page::sheet(&world, &[], &Zone::of(&world.host), Period { from: NOW - DAY, to: NOW });
    let json: serde_json::Value = serde_json::from_str(&sheet.json()).unwrap();
    assert_eq!((&json["from"], &json["to"]), (&"2023-11-13T22:13:20Z".into(), &"2023-11-14T22:13:20Z".into()));
    let sections = json["sections"].as_array().unwrap();
    let accounts = sections.iter().find(|section| section["name"] == "accounts and groups").unwrap();
    assert_eq!(accounts["facts"][0]["time"], "2023-11-14T09:03:02Z", "what is odd comes first");
}
#[test]
fn a_page_needs_nothing_else() {
    let world = world();
    let sheet = page::sheet(&world, &[], &Zone::of(&world.host), Period { from: NOW - DAY, to: NOW });
    let html = keeneye_report::sheet_html(&sheet);
    assert!(html.contains("&lt;b&gt;\\x1b[31m") && !html.contains("<b>") && !html.contains('\u{1b}'), "{html}");
    for outside in ["<script", "http://", "https://", "src=", "href=", "style=\"", "@import", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
}
#[test]
fn where_no_log_is_there() {
    let mut world = scan(&Fixture::new(""), &Plan { only_logs: true, ..Plan::default() });
    world.host.name = Text::new();
    let zone = Zone::of(&world.host);
    let text = page::sheet(&world, &[], &zone, Period { from: NOW - DAY, to: NOW }).text(&Layout::default());
    assert!(text.starts_with("a host without a name, 13 Nov 2023 22:13:20 to "), "{text}");
    assert!(text.contains("who logged in: no log and no login record was found"), "{text}");
}

#[test]
fn what_a_database_tells_beside_a_log() {
    let mut world = World::default();
    let step = |kind, package: &str, source: &str| PackageStep {
        time: LogTime { seconds: NOW, ..LogTime::default() },
        kind,
        package: package.into(),
        before: Text::new(),
        after: "2-1".into(),
        source: source.into(),
    };
    for step in [
        step(StepKind::Replaced, "bash", "/var/log/dnf.rpm.log"),
        step(StepKind::Placed, "bash", "/var/lib/rpm/rpmdb.sqlite"),
        step(StepKind::Placed, "by-hand", "/var/lib/rpm/rpmdb.sqlite"),
        PackageStep { time: LogTime::default(), ..step(StepKind::Placed, "old", "/var/lib/rpm/rpmdb.sqlite") },
    ] {
        world.fold(Event::PackageStepSeen(Box::new(step)));
    }
    let zone = Zone::of(&world.host);
    let text = page::sheet(&world, &[], &zone, Period { from: NOW, to: NOW + 1 }).text(&Layout::default());
    let told = "packages\n  other version         1: bash 2-1\n  installed or updated  1: by-hand 2-1\n";
    assert!(text.ends_with(told), "{text}");
}
#[test]
fn many_packages_are_counted_and_the_first_named() {
    let mut world = World::default();
    for number in 100..200 {
        let package = format!("package-{number}").into();
        let time = LogTime { seconds: NOW, ..LogTime::default() };
        let step = PackageStep { time, package, kind: StepKind::Removed, before: "1".into(), ..PackageStep::default() };
        world.fold(Event::PackageStepSeen(Box::new(step)));
    }
    let zone = Zone::of(&world.host);
    let text = page::sheet(&world, &[], &zone, Period { from: NOW, to: NOW + 1 }).text(&Layout::default());
    assert!(text.contains("removed  100: package-100 1, package-101 1, "), "{text}");
    assert!(text.ends_with(", and 74 more\n"), "{text}");
}
