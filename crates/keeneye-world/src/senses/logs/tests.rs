//! From files of logs to logins.

use crate::fixture::Fixture;
use crate::journal::samples::Built;
use crate::{Plan, World, scan};
use keeneye_facts::{LogKind, LogOddity, Login};

const AUTH: &str = "/var/log/auth.log";

fn world(host: &str) -> World {
    scan(&Fixture::new(host), &Plan { quick: true, ..Plan::default() })
}

fn told(login: &Login) -> String {
    let text =
        |text: &Option<keeneye_facts::Text>| text.as_ref().map(|text| text.lossy().into_owned()).unwrap_or_default();
    let seen: Vec<String> = login.seen.iter().map(|record| format!("{record:?}")).collect();
    let until = login.until.map(|until| format!(" until {}", until - login.time.seconds)).unwrap_or_default();
    let parts = [text(&login.from), text(&login.method), text(&login.key), text(&login.tty)];
    format!("{} {} {}{until}: {}", login.user.lossy(), login.service.lossy(), parts.join("|"), seen.join(" "))
}

#[test]
fn a_login_is_joined_out_of_its_lines() {
    let lines = [
        "2023-11-14T10:00:00+00:00 h sshd[41]: Accepted publickey for anna from 192.0.2.7 port 4 ssh2: ED25519 SHA256:abc",
        "2023-11-14T10:00:00+00:00 h sshd[41]: pam_unix(sshd:session): session opened for user anna(uid=1000) by (uid=0)",
        "2023-11-14T10:00:01+00:00 h systemd-logind[9]: New session 5 of user anna.",
        "2023-11-14T10:00:02+00:00 h CRON[77]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)",
        "2023-11-14T10:10:00+00:00 h sshd[41]: pam_unix(sshd:session): session closed for user anna",
        "2023-11-14T11:00:00+00:00 h sshd[51]: Failed password for root from 198.51.100.9 port 5 ssh2",
        "2023-11-14T11:00:05+00:00 h sshd[51]: Failed password for root from 198.51.100.9 port 5 ssh2",
        "2023-11-14T12:00:00+00:00 h sudo:     anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/true",
    ];
    let world = world(&format!("{AUTH} = {}\\n\n", lines.join("\\n")));
    let logins: Vec<String> = world.logins.iter().map(told).collect();
    assert_eq!(logins, ["anna sshd 192.0.2.7|publickey|ED25519 SHA256:abc| until 600: Daemon Pam Logind"]);
    let failures: Vec<_> = world.failures.iter().map(|f| (f.from.lossy(), f.user.lossy(), f.count)).collect();
    assert_eq!(failures, [("198.51.100.9".into(), "root".into(), 2)]);
    let events: Vec<_> = world.log_events.iter().map(|event| format!("{:?}", event.kind)).collect();
    assert!(events.contains(&"Ran".to_owned()), "{events:?}");
    let file = world.log_files.iter().find(|file| file.path == AUTH).expect("the log was read");
    assert_eq!((file.entries, file.sshd, file.sshd_understood), (8, 5, 5));
}
#[test]
fn two_logs_with_one_line_are_one_login() {
    let line = "2023-11-14T10:00:00+00:00 h sshd[41]: Accepted password for anna from 192.0.2.7 port 4 ssh2\\n";
    let world = world(&format!("{AUTH} = {line}\n/var/log/syslog = {line}\n"));
    assert_eq!(world.logins.len(), 1);
}
#[test]
fn what_two_logs_tell_of_a_change_is_put_together() {
    // 2023-11-14 10:00:00
    let audit = ["changing-uid", "changing-shell"].map(|op| {
        format!(
            "type=USER_MGMT msg=audit(1699956000.100:7): pid=9 uid=0 auid=0 msg='op={op} acct=\"bob\" res=success'\\n"
        )
    });
    let line = |said: &str| format!("2023-11-14T10:00:00+00:00 h usermod[9]: change user 'bob' {said}\\n");
    let lines = [line("UID from '1001' to '0'"), line("shell from '/bin/sh' to '/bin/bash'")];
    let [audit, lines] = [audit.concat(), lines.concat()];
    let world = world(&format!("/var/log/audit/audit.log = {audit}\n{AUTH} = {lines}\n"));
    let changes = world.log_events.iter().filter_map(|event| event.change.as_ref());
    let changes: Vec<String> =
        changes.map(|change| format!("{:?} {} {}", change.what, change.before.lossy(), change.after.lossy())).collect();
    assert_eq!(changes, ["Uid 1001 0", "Shell /bin/sh /bin/bash"]);
}
#[test]
fn what_two_logs_tell_differently_are_two_changes() {
    let told = |auth: &str, syslog: &str| {
        let line = |said: &str| format!("2023-11-14T10:00:00+00:00 h usermod[9]: {said}\\n");
        let world = world(&format!("{AUTH} = {}\n/var/log/syslog = {}\n", line(auth), line(syslog)));
        world.log_events.iter().map(|event| event.done_to_account().lossy().into_owned()).collect::<Vec<_>>()
    };
    let [real, forged] = ["change user 'bob' UID from '1001' to '0'", "change user 'bob' UID from '0' to '1001'"];
    assert_eq!(told(real, real), ["changed account bob: uid 1001 \u{2192} 0"]);
    assert_eq!(told(real, forged).len(), 2, "anybody can write to syslog");
    let [adm, sudo] = ["add 'eve' to group 'adm'", "add 'eve' to group 'sudo'"];
    assert_eq!(told(adm, adm), ["group adm: eve added"]);
    assert_eq!(told(adm, sudo), ["group adm: eve added", "group sudo: eve added"]);
}
#[test]
fn a_wrong_password_at_sudo_is_no_failed_login() {
    let lines = [
        "2023-11-14T10:00:00+00:00 h sudo: pam_unix(sudo:auth): authentication failure; logname=anna uid=1000 euid=0 tty=/dev/pts/0 ruser=anna rhost=  user=anna",
        "2023-11-14T10:00:09+00:00 h sudo:     anna : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/true",
    ];
    let world = world(&format!("{AUTH} = {}\\n\n", lines.join("\\n")));
    assert_eq!(world.failures, []);
    let events: Vec<_> = world.log_events.iter().map(|event| (event.kind, event.times)).collect();
    assert_eq!(events, [(LogKind::BecomeFailed, None), (LogKind::BecomeFailed, Some(3))]);
}
#[test]
fn a_log_that_leads_nowhere() {
    let world = world("/var/log/auth.log @ /dev/null\n");
    let file = world.log_files.first().expect("a file");
    assert_eq!(file.oddities, [LogOddity::Link { to: "/dev/null".into() }]);
}
#[test]
fn a_record_of_a_terminal_takes_nothing_from_what_the_log_tells() {
    let line = "2023-11-14T10:00:00+00:00 h sshd[41]: Accepted password for anna from 192.0.2.7 port 4 ssh2\\n";
    let mut host = Fixture::new(&format!("{AUTH} = {line}\n"));
    let field = |text: &str, length: usize| [text.as_bytes(), &vec![0; length - text.len()]].concat();
    let time = 1_699_956_002_u32;
    let record = [
        &[7, 0, 0, 0, 42, 0, 0, 0][..],
        &field("pts/0", 32),
        &field("ts/0", 4),
        &field("anna", 32),
        &field("192.0.2.7", 256),
        &[0; 8],
        &time.to_le_bytes(),
        &[0; 4],
        &[192, 0, 2, 7],
        &[0; 32],
    ];
    host.file("/var/log/wtmp", &record.concat());
    let world = scan(&host, &Plan { quick: true, ..Plan::default() });
    let logins: Vec<String> = world.logins.iter().map(told).collect();
    assert_eq!(logins, ["anna sshd 192.0.2.7|password||pts/0: Daemon Wtmp"]);
}
#[test]
fn failures_that_only_faillog_tells_of() {
    let mut host = Fixture::new("/etc/passwd = ann:x:2:2::/home/ann:/bin/sh\\n\n");
    let mut faillog = vec![0; 4 * 32];
    faillog[64..66].copy_from_slice(&7_u16.to_le_bytes());
    faillog[68..72].copy_from_slice(b"tty1");
    faillog[80..88].copy_from_slice(&1_699_956_000_u64.to_le_bytes());
    // Of an account that is not there any more.
    faillog[96..98].copy_from_slice(&9_u16.to_le_bytes());
    faillog[112..120].copy_from_slice(&1_699_956_000_u64.to_le_bytes());
    host.file("/var/log/faillog", &faillog);
    let world = scan(&host, &Plan { quick: true, ..Plan::default() });
    let told: Vec<_> = world.failures.iter().map(|f| (f.user.lossy(), f.count, f.last)).collect();
    assert_eq!(told, [("ann".into(), 7, 1_699_956_000)]);
    host.file("/var/log/faillog", &[0; 128]);
    assert_eq!(scan(&host, &Plan { quick: true, ..Plan::default() }).failures, []);
}

/// What is missing in the audit logs, and before which of them.
fn audit_holes(host: &str) -> Vec<String> {
    let hole = |file: &keeneye_facts::LogFile, oddity: &LogOddity| {
        let LogOddity::SequenceHole { after, before, .. } = oddity else { panic!("{oddity:?}") };
        format!("{} {after} {before}", file.path.lossy())
    };
    let world = world(host);
    let files = world.log_files.iter();
    files.flat_map(|file| file.oddities.iter().map(move |oddity| hole(file, oddity))).collect()
}

/// An audit log that was written at some time, with events of these numbers.
fn audit_log(name: &str, written: i64, numbers: impl Iterator<Item = u32>) -> String {
    let line =
        |n| format!("type=CRED_ACQ msg=audit({}.100:{n}): pid=1 uid=0 res=success\\n", written - 900 + i64::from(n));
    let lines: String = numbers.map(line).collect();
    format!("/var/log/audit/{name} = {lines}\n/var/log/audit/{name} : ino={written} modified={written}\n")
}

#[test]
fn numbers_that_are_missing_in_audit_logs() {
    let oldest = audit_log("audit.log.2", 1_600_000_000, 1..100);
    let middle = audit_log("audit.log.1", 1_600_010_000, 100..300);
    let newest = audit_log("audit.log", 1_600_020_000, 300..500);
    assert_eq!(audit_holes(&[&*oldest, &middle, &newest].concat()), [""; 0]);
    assert_eq!(audit_holes(&[&*middle, &newest].concat()), [""; 0], "the oldest one goes by rotation");
    assert_eq!(audit_holes(&[&*oldest, &newest].concat()), ["/var/log/audit/audit.log 99 300"]);
    let cut = audit_log("audit.log", 1_600_020_000, (300..350).chain(360..500));
    assert_eq!(audit_holes(&cut), ["/var/log/audit/audit.log 349 360"]);
    let copy = audit_log("audit.log.before", 1_600_030_000, 700..800);
    assert_eq!(audit_holes(&(newest.clone() + &copy)), [""; 0], "a copy is no part of the series");
    let unread = "/var/log/audit/audit.log.1 = x\n/var/log/audit/audit.log.1 ! EACCES\n";
    assert_eq!(audit_holes(&[&*oldest, unread, &newest].concat()), [""; 0]);
}

#[test]
fn time_that_runs_backwards_in_an_audit_log_is_a_gap() {
    let log = |before: i64, after: i64| {
        let line = |time: i64, number| format!("type=CRED_ACQ msg=audit({time}.100:{number}): pid=1 res=success\\n");
        format!("/var/log/audit/audit.log = {}{}\n", line(before, 7), line(after, 90))
    };
    let told = |host: &str| {
        let gaps = world(host).gaps;
        gaps.iter().filter(|gap| gap.what == "holes in the audit log").map(|gap| format!("{:?}", gap.why)).collect()
    };
    let (forwards, backwards) = (log(1_600_000_000, 1_600_000_900), log(1_600_000_900, 1_600_000_000));
    let why = "Garbled(\"time runs backwards behind 1 of them; number 8 is the first that is missing there\")";
    let gaps: Vec<String> = told(&backwards);
    assert_eq!(gaps, [why]);
    assert_eq!(audit_holes(&backwards), [""; 0]);
    let gaps: Vec<String> = told(&forwards);
    assert_eq!(gaps, [""; 0]);
    assert_eq!(audit_holes(&forwards), ["/var/log/audit/audit.log 7 90"]);
}

/// A journal with entries of these numbers.
fn journal(numbers: &[u64]) -> Vec<u8> {
    let mut journal = Built::new(240, 0);
    numbers.iter().for_each(|number| journal.line(*number, &["MESSAGE=a", "SYSLOG_IDENTIFIER=b", "_UID=0"]));
    journal.bytes
}

/// What is odd about the journals of a host besides two with a hole between them.
fn journal_oddities(more: impl Fn(&mut Fixture, &str)) -> Vec<LogOddity> {
    let dir = "/var/log/journal/1";
    let mut host = Fixture::new("");
    host.file(&format!("{dir}/system@a.journal"), &journal(&[1, 2, 3]));
    host.file(&format!("{dir}/system.journal"), &journal(&[7, 8]));
    more(&mut host, dir);
    let world = scan(&host, &Plan::default());
    world.log_files.into_iter().flat_map(|file| file.oddities).collect()
}

#[test]
fn numbers_may_be_in_what_was_not_read() {
    let hole = |after, before, from, to| LogOddity::SequenceHole { after, before, from, to };
    assert_eq!(journal_oddities(|_, _| ()), [hole(3, 7, 3, 7)]);
    let of_user = |host: &mut Fixture, dir: &str| host.file(&format!("{dir}/user-1000.journal"), &journal(&[4, 6]));
    assert_eq!(journal_oddities(of_user), [hole(4, 6, 4, 6)], "the journal of a user has some of them");
    // Larger than a look has time for: left out.
    let left_out = |host: &mut Fixture, dir: &str| {
        let path = keeneye_facts::Text::from(format!("{dir}/system@b.journal"));
        host.file(&path.lossy(), &journal(&[4, 5, 6]));
        let stat = keeneye_facts::FileStat { inode: 9, mode: 0o100_640, size: 20 << 30, ..Default::default() };
        host.say(crate::Question::Stat(path), Ok(crate::Answer::Stat(stat)));
    };
    assert_eq!(journal_oddities(left_out), []);
    let damaged = |host: &mut Fixture, dir: &str| {
        let whole = journal(&[4, 5, 6]);
        host.file(&format!("{dir}/system@b.journal~"), &whole[..whole.len() - 200]);
    };
    assert_eq!(journal_oddities(damaged), []);
    for refused in ["Stat", "Log"] {
        let unreadable = |host: &mut Fixture, dir: &str| {
            let path = keeneye_facts::Text::from(format!("{dir}/system@b.journal"));
            host.file(&path.lossy(), &journal(&[4, 5, 6]));
            let question = match refused {
                "Stat" => crate::Question::Stat(path),
                _ => crate::Question::Log { path, form: keeneye_facts::LogForm::Journal },
            };
            host.say(question, Err(keeneye_facts::Refusal::Errno(13)));
        };
        assert_eq!(journal_oddities(unreadable), [], "{refused}");
    }
}

#[test]
fn a_name_of_32_bytes_has_no_end_in_a_record() {
    // utmp cuts the name there, without a zero behind it; the log has all of it.
    let name = "a-user-with-a-name-of-more-than-32-bytes";
    let line =
        format!("2023-11-14T10:00:00+00:00 h sshd[41]: Accepted password for {name} from 192.0.2.7 port 4 ssh2\\n");
    let mut record = vec![0; 384];
    record[0] = 7;
    record[4] = 41;
    record[8..13].copy_from_slice(b"pts/0");
    record[44..76].copy_from_slice(&name.as_bytes()[..32]);
    record[76..85].copy_from_slice(b"192.0.2.7");
    record[340..344].copy_from_slice(&1_699_956_001_u32.to_le_bytes());
    let told = |lines: &str, record: &[u8]| {
        let mut host = Fixture::new(&format!("{AUTH} = {lines}\n"));
        host.file("/var/log/wtmp", record);
        scan(&host, &Plan { quick: true, ..Plan::default() }).logins.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(told(&line, &record), [format!("{name} sshd 192.0.2.7|password||pts/0: Daemon Wtmp")]);
    let cut: String = name.chars().take(32).collect();
    assert_eq!(told("", &record), [format!("{cut} sshd 192.0.2.7|||pts/0: Wtmp")]);
    // Another account whose name only begins the same way and is shorter is somebody else.
    record[75] = 0;
    assert_eq!(told(&line, &record).len(), 2);
}

#[test]
fn from_when_on_a_log_tells_of_logins() {
    let at = |hour: u32, what: &str| format!("2023-11-14T{hour:02}:00:00+00:00 h sshd[41]: {what} ssh2\\n");
    let (failed, accepted) =
        ("Failed password for a from 192.0.2.7 port 4", "Accepted password for a from 192.0.2.7 port 4");
    let from = |lines: &str| {
        let world = world(&format!("{AUTH} = {lines}\n"));
        world.log_files.first().and_then(|file| file.logins_from).map(|time| time.seconds)
    };
    const EIGHT: i64 = 1_699_948_800;
    assert_eq!(from(&(at(8, failed) + &at(10, accepted))), Some(EIGHT), "from its first line on");
    assert_eq!(from(&(at(8, failed) + &at(10, failed))), None, "sshd says here who failed, and not who came in");
    // Where older lines had no room, from the first login that is still there.
    let flood: String =
        (0..10_000).map(|n| format!("2023-11-14T09:00:00+00:00 h sshd[{n}]: {accepted} ssh2\\n")).collect();
    assert_eq!(from(&(at(8, accepted) + &flood)), Some(EIGHT + 3_600));
}

#[test]
fn a_login_that_only_the_audit_log_tells_of() {
    let line = |result: &str| {
        format!(
            "/var/log/audit/audit.log = type=USER_LOGIN msg=audit(1699956000.100:2): pid=41 uid=0 auid=1000 ses=3 \
             msg='op=login acct=\"anna\" exe=\"/usr/sbin/sshd\" hostname=192.0.2.7 addr=192.0.2.7 terminal=/dev/pts/0 \
             res={result}'\\n\n"
        )
    };
    let came = world(&line("success"));
    let logins: Vec<String> = came.logins.iter().map(told).collect();
    assert_eq!(logins, ["anna sshd 192.0.2.7|||pts/0: Audit"]);
    let failed = world(&line("failed"));
    assert_eq!(failed.logins, []);
    let failures: Vec<_> = failed.failures.iter().map(|f| (f.from.lossy(), f.user.lossy(), f.count)).collect();
    assert_eq!(failures, [("192.0.2.7".into(), "anna".into(), 1)]);
}

/// A host that notes which logs it was asked for.
struct Noting(Fixture, std::cell::RefCell<Vec<String>>);

impl crate::Host for Noting {
    fn ask(&self, question: &crate::Question) -> crate::Reply {
        if let crate::Question::Log { path, .. } = question {
            self.1.borrow_mut().push(path.lossy().into_owned());
        }
        self.0.ask(question)
    }
}

#[test]
fn the_newest_logs_are_asked_for_first() {
    let line = |hour| {
        format!("2023-11-14T{hour}:00:00+00:00 h sshd[41]: Accepted password for a{hour} from 192.0.2.7 port 4 ssh2\\n")
    };
    let names = ["auth.log", "auth.log.1", "auth.log.2", "secure"];
    let file = |(name, age): (&&str, i64)| {
        let written = 1_700_000_000 - age * 3_600;
        format!("/var/log/{name} = {}\n/var/log/{name} : ino={age} modified={written}\n", line(20 - age))
    };
    let host = names.iter().zip([1, 5, 9, 3]).map(file).collect::<String>();
    let host = Noting(Fixture::new(&host), Default::default());
    let world = scan(&host, &Plan { quick: true, ..Plan::default() });
    assert_eq!(
        *host.1.borrow(),
        ["auth.log", "secure", "auth.log.1", "auth.log.2"].map(|name| format!("/var/log/{name}"))
    );
    let users: Vec<_> = world.logins.iter().map(|login| login.user.lossy()).collect();
    assert_eq!(users, ["a11", "a15", "a17", "a19"]);
}

#[test]
fn two_methods_one_after_the_other_are_told_together() {
    let lines = [
        "2023-11-14T10:00:00+00:00 h sshd[41]: Partial publickey for anna from 192.0.2.7 port 4 ssh2: ED25519 SHA256:abc",
        "2023-11-14T10:00:09+00:00 h sshd[41]: Accepted keyboard-interactive/pam for anna from 192.0.2.7 port 4 ssh2",
    ];
    let world = world(&format!("{AUTH} = {}\\n\n", lines.join("\\n")));
    let logins: Vec<String> = world.logins.iter().map(told).collect();
    assert_eq!(logins, ["anna sshd 192.0.2.7|publickey, keyboard-interactive/pam||: Daemon"]);
}
