//! The live host asked about logs and login records of a directory.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests make the files to look at"
)]

use keeneye_facts::{LogForm, LogOddity, Refusal, Text};
use keeneye_live::{Live, Options};
use keeneye_world::{Answer, Host, Plan, Question, World, scan};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const NOW: u32 = 1_700_000_000;

/// A directory with `/var/log` that goes away with the test.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("logs-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("var/log")).expect("a place for logs");
        Self(path)
    }
    fn log(&self, name: &str) -> PathBuf {
        self.0.join("var/log").join(name)
    }
    fn live(&self) -> Live {
        Live::new(&self.0, &Options::default()).expect("the root can be opened")
    }
    fn world(&self) -> World {
        scan(&self.live(), &Plan { quick: true, ..Plan::default() })
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// `struct utmp` of x86-64: a login of `user`.
fn record(number: u32, user: &str) -> Vec<u8> {
    let mut record = vec![0; 384];
    record[0] = 7;
    record[4..8].copy_from_slice(&(100 + number).to_le_bytes());
    record[8..13].copy_from_slice(b"pts/0");
    record[44..44 + user.len()].copy_from_slice(user.as_bytes());
    record[340..344].copy_from_slice(&(NOW - 600_000 + number).to_le_bytes());
    record
}

#[test]
fn a_lastlog_that_seems_to_have_gigabytes() {
    let dir = Dir::new("sparse");
    fs::create_dir_all(dir.0.join("etc")).expect("a directory");
    fs::write(dir.0.join("etc/passwd"), "root:x:0:0::/root:/bin/sh\nfar:x:100000001:100000001::/h/far:/bin/sh\n")
        .expect("accounts");
    let mut lastlog = File::create(dir.log("lastlog")).expect("a file");
    for (uid, host) in [(0_u64, "192.0.2.7"), (100_000_001, "198.51.100.9")] {
        let mut record = NOW.to_le_bytes().to_vec();
        record.extend([b"pts/1".as_slice(), &[0; 27], host.as_bytes()].concat());
        record.resize(292, 0);
        lastlog.seek(SeekFrom::Start(uid * 292)).expect("a place");
        lastlog.write_all(&record).expect("a record");
    }
    let begun = Instant::now();
    let world = dir.world();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let mut told: Vec<_> = world.logins.iter().map(|login| (login.user.lossy(), login.from.clone())).collect();
    told.sort();
    assert_eq!(told, [("far".into(), Some("198.51.100.9".into())), ("root".into(), Some("192.0.2.7".into()))]);
    assert!(world.gaps.iter().all(|gap| gap.what != "/var/log/lastlog"), "{:?}", world.gaps);
}

#[test]
fn of_a_large_wtmp_the_newest_is_read() {
    let dir = Dir::new("large");
    let count: u32 = 110_000;
    let mut wtmp: Vec<u8> = (0..count - 1).flat_map(|number| record(number, "ann")).collect();
    wtmp.extend(record(count, "zoe"));
    fs::write(dir.log("wtmp"), &wtmp).expect("a file");
    let world = dir.world();
    let newest = world.logins.iter().max_by_key(|login| login.time.seconds).expect("logins");
    assert_eq!((newest.user.lossy(), newest.at), ("zoe".into(), u64::from(count) - 1));
    let gap =
        world.gaps.iter().find(|gap| gap.what == "/var/log/wtmp").expect("a gap tells that the rest was not read");
    let Refusal::Cut(why) = &gap.why else { panic!("{gap:?}") };
    assert!(why.starts_with("the newest of it; what stands before byte "), "{why}");
}

#[test]
fn all_logs_of_a_look_have_one_budget() {
    let dir = Dir::new("budget");
    let line = |n| format!("2023-11-14T10:00:00Z h sshd[41]: Accepted password for u{n} from 192.0.2.7 port 4 ssh2\n");
    let lines: String = (0..60_000).map(line).collect();
    let (names, live) = (["auth.log", "secure", "messages", "syslog"], dir.live());
    let mut kept = Vec::new();
    for name in names {
        fs::write(dir.log(name), &lines).expect("a file");
        let path = Text::from(format!("/var/log/{name}"));
        let Ok(Answer::Log(read)) = live.ask(&Question::Log { path, form: LogForm::Syslog }) else { panic!("{name}") };
        kept.push(read.tallied.expect("lines").lines.len());
    }
    assert!(kept.is_sorted_by(|before, after| before > after) && kept[3] > 0, "{kept:?}");
}

#[test]
fn what_is_no_file_holds_nobody_up() {
    let dir = Dir::new("no-file");
    let path = |name: &str| dir.log(name);
    for (name, kind) in [("auth.log", FileType::Fifo), ("wtmp", FileType::Fifo), ("lastlog", FileType::Fifo)] {
        mknodat(CWD, path(name), kind, Mode::RUSR | Mode::WUSR, 0).expect("a fifo");
    }
    let socket = UnixListener::bind(path("btmp")).expect("a socket");
    std::os::unix::fs::symlink("/dev/tty", path("syslog")).expect("a link");
    std::os::unix::fs::symlink("auth.log", path("messages")).expect("a link");
    let begun = Instant::now();
    let world = dir.world();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    drop(socket);
    let away: Vec<_> = world.log_files.iter().map(|file| (file.path.lossy(), &file.oddities[..])).collect();
    for name in ["auth.log", "wtmp", "lastlog", "btmp", "syslog", "messages"] {
        let (_, oddities) = away.iter().find(|(path, _)| *path == format!("/var/log/{name}")).expect(name);
        assert!(matches!(oddities, [LogOddity::Link { .. }]), "{name}: {oddities:?}");
    }
    // Whoever asks all the same is refused.
    let live = dir.live();
    for form in [LogForm::Syslog, LogForm::Lastlog, LogForm::Wtmp] {
        let reply = live.ask(&Question::Log { path: "/var/log/auth.log".into(), form });
        assert_eq!(reply, Err(Refusal::NotRegular));
    }
}
