//! Whole files, read as a stream.

use super::*;
use crate::journal::samples::Built;
use bstr::ByteSlice;

fn read_text(form: LogForm, bytes: &[u8]) -> LogRead {
    read_within(&mut Budget::default(), form, bytes)
}
fn read_within(budget: &mut Budget, form: LogForm, bytes: impl Read) -> LogRead {
    read(Source { form, bytes, from: 0, written: 1_700_000_000, zone: b"" }, budget)
}
const LINE: &[u8] = b"2023-11-14T10:00:00+00:00 h sshd[41]: Accepted password for anna from 192.0.2.7 port 4 ssh2\n";

#[test]
fn a_compressed_log_is_read_whatever_its_name() {
    use std::io::Write as _;
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(LINE).unwrap();
    let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz.write_all(LINE).unwrap();
    let packed = [gz.finish().unwrap(), bz.finish().unwrap(), zstd::encode_all(LINE, 1).unwrap(), LINE.to_vec()];
    for packed in packed {
        let read = read_text(LogForm::Syslog, &packed);
        assert_eq!(read.tallied.map(|tallied| tallied.lines.len()), Some(1));
        assert_eq!((read.bytes, read.cut), (LINE.len() as u64, None));
        let cut = read_text(LogForm::Syslog, &packed[..packed.len() - 4]);
        assert!(cut.bytes <= LINE.len() as u64);
    }
}
#[test]
fn commands_keep_their_secrets() {
    let line =
        b"2023-11-14T10:00:00+00:00 h sudo: anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/x --password=hunter2\n";
    let tallied = read_text(LogForm::Syslog, line).tallied.unwrap();
    assert_eq!(tallied.lines.len(), 1);
    assert!(!tallied.lines[0].text.contains_str("hunter2"), "{:?}", tallied.lines[0].text);
    let kept = read_text(LogForm::Syslog, LINE).tallied.unwrap();
    assert_eq!(kept.lines[0].text.as_slice(), &LINE[..LINE.len() - 1]);
}
/// How many lines were kept and how many are forged, of one that somebody's process wrote.
fn written(by: &[&str], identifier: &str, message: &str) -> (usize, u64) {
    let (identifier, message) = (format!("SYSLOG_IDENTIFIER={identifier}"), format!("MESSAGE={message}"));
    let mut journal = Built::new(240, 0);
    journal.line(1, &[by, &[identifier.as_str(), message.as_str()]].concat());
    let read = read_text(LogForm::Journal, &journal.bytes);
    let told = read.tallied.map_or(0, |tallied| tallied.lines.len() + tallied.failures.len());
    (told, read.journal.map_or(0, |journal| journal.forged))
}

#[test]
fn lines_that_their_programs_did_not_write() {
    const LINES: [(&str, &str); 6] = [
        ("sshd", "Failed password for root from 192.0.2.7 port 4 ssh2"),
        ("useradd", "new user: name=eve, UID=1007, GID=1007, home=/home/eve, shell=/bin/sh, from=none"),
        ("passwd", "pam_unix(passwd:chauthtok): password changed for root"),
        ("login", "FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure"),
        ("systemd-logind", "New session 5 of user root."),
        ("dropbear", "Password auth succeeded for 'root' from 192.0.2.7:4"),
    ];
    for (program, message) in LINES {
        let is = |by: &[&str]| written(by, program, message);
        assert_eq!(is(&["_UID=1000", "_EXE=/usr/bin/logger"]), (0, 1), "{program}: logger -t");
        let own = format!("_EXE=/home/a/{program}");
        assert_eq!(is(&["_UID=1000", &own]), (0, 1), "{program}: a program of one's own of that name");
        assert_eq!(is(&["_UID=1000"]), (0, 1), "{program}: of nobody knows which program");
        assert_eq!(is(&["_UID=0", "_EXE=/usr/bin/logger"]), (1, 0), "{program}: root may write what it wants");
        let real = format!("_EXE=/usr/bin/{program}");
        assert_eq!(is(&["_UID=1000", &real]), (1, 0), "{program}: as a setuid program, started by a user");
    }
    let opened = "anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh";
    assert_eq!(written(&["_UID=1000", "_EXE=/usr/bin/logger"], "sudo", opened), (0, 1), "logger -t sudo");
    assert_eq!(written(&["_UID=1000", "_EXE=/usr/bin/sudo"], "sudo", opened), (1, 0), "sudo keeps its caller's number");
    assert_eq!(written(&["_UID=1000"], "sudo", opened), (1, 0), "it was over before the journal looked");
    let lost = "audit: audit_lost=1 audit_rate_limit=0 audit_backlog_limit=64";
    assert_eq!(written(&["_UID=1000", "_EXE=/usr/bin/logger"], "kernel", lost).1, 1, "logger -t kernel");
    let session = "_EXE=/usr/lib/openssh/sshd-session";
    assert_eq!(written(&["_UID=101", session], "sshd-session", LINES[0].1), (1, 0), "the part without rights");
    let command = "COMMAND=/bin/true";
    let sudo = format!("anna : TTY=pts/0 ; PWD=/ ; USER=root ; {command}");
    assert_eq!(written(&["_UID=1000", "_EXE=/usr/bin/logger"], "myapp", &sudo).1, 0, "no program that is known");
}

#[test]
fn a_flood_pushes_nothing_out_unnoticed() {
    let login = ["SYSLOG_IDENTIFIER=sshd", "_UID=0", "_EXE=/usr/sbin/sshd", "_TRANSPORT=syslog"];
    let message = |n| format!("MESSAGE=Accepted password for u{n} from 192.0.2.7 port 4 ssh2");
    let flood = |identifiers: u64| {
        let mut journal = Built::new(240, 0);
        journal.line(1, &[&login[..], &[&message(1)]].concat());
        for n in 0..identifiers {
            let made_up = format!("SYSLOG_IDENTIFIER={n:0200}");
            journal.line(2 + n, &[&made_up, "_UID=1000", "_EXE=/usr/bin/logger", "MESSAGE=x"]);
        }
        journal.line(2 + identifiers, &[&login[..], &[&message(2)]].concat());
        let read = read_text(LogForm::Journal, &journal.bytes);
        let (tallied, journal) = (read.tallied.unwrap(), read.journal.unwrap());
        (tallied.lines.len(), journal.forged, journal.lost, journal.damage, journal.sequence.ranges.len())
    };
    assert_eq!(flood(1_000), (2, 0, 0, None, 1));
    // The name sshd itself is forgotten: its last line is not understood, which is told, and the numbers are all there.
    assert_eq!(flood(60_000), (1, 0, 1, None, 1));
}

#[test]
fn local_time_is_of_the_hosts_zone() {
    // TZif of a fixed offset of one hour, without a daylight saving time.
    let block = [b"TZif2".as_slice(), &[0; 34], &[1, 0, 0, 0, 4, 0, 0, 0x0e, 0x10, 0, 0], b"CET\0"].concat();
    let zone = [block.as_slice(), &block, b"\nCET-1\n"].concat();
    let line = b"Nov 14 10:00:00 h sshd[41]: Accepted password for anna from 192.0.2.7 port 4 ssh2\n";
    let time = |zone: &[u8]| {
        let source = Source { form: LogForm::Syslog, bytes: line.as_slice(), from: 0, written: 1_700_000_000, zone };
        let read = read(source, &mut Budget::default());
        read.tallied.and_then(|tallied| tallied.first).map(|time| time.seconds)
    };
    assert_eq!(time(b""), Some(1_699_956_000));
    assert_eq!(time(&zone), Some(1_699_956_000 - 3_600));
}
#[test]
fn hostile_bytes() {
    use LogForm::{Audit, Btmp, Faillog, Journal, Lastlog, Syslog, Utmp, Wtmp};
    let records: Vec<u8> = [7_u16, 8, 2]
        .iter()
        .flat_map(|kind| {
            let mut record = vec![0; 384];
            record[..2].copy_from_slice(&kind.to_le_bytes());
            record[8..13].copy_from_slice(b"pts/0");
            record[44..47].copy_from_slice(b"ann");
            record[340..344].copy_from_slice(&1_700_000_000_u32.to_le_bytes());
            record
        })
        .collect();
    let audit = b"type=USER_LOGIN msg=audit(1700000001.100:2): pid=41 uid=0 msg='op=login acct=\"a\" res=success'\n";
    let packed = zstd::encode_all(LINE, 1).expect("packed");
    let mut journal = Built::new(240, 0);
    journal
        .line(1, &["MESSAGE=Accepted password for a from 192.0.2.7 port 4 ssh2", "SYSLOG_IDENTIFIER=sshd", "_UID=0"]);
    let all = |bytes: &[u8]| {
        let sparse = [Ok((1 << 40, bytes.to_vec()))].into_iter();
        let sparse = read_sparse(sparse, &mut Budget::default());
        drop((sparse.extents.whole(), sparse.extents.stretches(4_096)));
        let forms = [Syslog, Audit, Journal, Wtmp, Btmp, Utmp, Lastlog, Faillog];
        forms.iter().any(|form| read_text(*form, bytes).tallied.is_some())
    };
    let seeds = [LINE, &records, audit, &packed, &journal.bytes];
    crate::mutate::check(&seeds, all);
    seeds.iter().for_each(|seed| (0..seed.len()).for_each(|end| _ = all(&seed[..end])));
}

/// A recording is somebody else's too.
#[test]
fn a_forged_answer_is_borne() {
    let mut read = read_text(LogForm::Wtmp, &[b'x'; 9_000]);
    read.serials = Some(audit::Serials::default());
    let answer = serde_json::to_vec(&read).expect("an answer");
    crate::mutate::check(&[&answer], |bytes| {
        let Ok(read) = serde_json::from_slice::<LogRead>(bytes) else { return false };
        drop((read.extents.whole(), read.extents.stretches(4_096)));
        true
    });
}
