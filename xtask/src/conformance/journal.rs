//! systemd: journals that its own tools write on the spot, beside what journalctl(1) reads in them.

use super::{Score, Suite};
use anyhow::{Context, Result, ensure};
use keeneye_world::journal::{End, Entry, Facts, Field, Walker};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(super) const JOURNALD: Suite = Suite { name: "systemd journals", bar: 100.0, run: journald };

/// Where distributions put it.
const WRITERS: &[&str] = &["/usr/lib/systemd/systemd-journal-remote", "/lib/systemd/systemd-journal-remote"];
/// Entries of each journal.
const ENTRIES: u64 = 2_000;
/// Forms: `SYSTEMD_JOURNAL_COMPACT`, `SYSTEMD_JOURNAL_KEYED_HASH`, and the writer's `--compress`.
const FORMS: &[(&str, &str, &str)] = &[("1", "1", "yes"), ("1", "1", "no"), ("0", "1", "yes"), ("0", "0", "yes")];
/// What is compared, by journald's names.
const COMPARED: &[(&str, Field)] = &[
    ("MESSAGE", Field::Message),
    ("SYSLOG_IDENTIFIER", Field::Identifier),
    ("_COMM", Field::Comm),
    ("_EXE", Field::Exe),
    ("_UID", Field::Uid),
    ("_PID", Field::Pid),
    ("PRIORITY", Field::Priority),
    ("_SYSTEMD_UNIT", Field::Unit),
    ("_TRANSPORT", Field::Transport),
];

fn journald(_data: &Path) -> Result<Score> {
    let mut score = Score::default();
    let directory = std::env::temp_dir().join(format!("keeneye-journals-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    for form in FORMS {
        let compared = written(&directory, *form).and_then(|path| compare(&mut score, &path, *form));
        if let Err(error) = compared {
            std::fs::remove_dir_all(&directory).ok();
            return Err(error);
        }
    }
    std::fs::remove_dir_all(&directory)?;
    score.left_out.push("lz4 and xz: today's journald reads them and writes none; unit tests hold some".into());
    Ok(score)
}

/// systemd's own writer of journals that it did not collect itself.
pub(crate) fn writer() -> Result<&'static str> {
    let writer = WRITERS.iter().copied().find(|path| Path::new(path).exists());
    writer.context("systemd-journal-remote is not there: apt-get install systemd-journal-remote")
}

/// A journal of that form.
fn written(directory: &Path, (compact, keyed, packed): (&str, &str, &str)) -> Result<PathBuf> {
    let writer = writer()?;
    let path = directory.join(format!("compact{compact}-keyed{keyed}-packed{packed}.journal"));
    let mut child = Command::new(writer)
        .env("SYSTEMD_JOURNAL_COMPACT", compact)
        .env("SYSTEMD_JOURNAL_KEYED_HASH", keyed)
        .arg(format!("--compress={packed}"))
        .arg("-o")
        .arg(&path)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    child.stdin.take().context("no pipe")?.write_all(exported()?.as_bytes())?;
    ensure!(child.wait()?.success(), "{writer} failed");
    Ok(path)
}

/// Entries in the format of `journalctl -o export`: short lines and long ones, the same ones and ever new ones.
fn exported() -> Result<String> {
    let mut text = String::new();
    for at in 0..ENTRIES {
        let (who, uid) = if at % 7 == 0 { ("logger", 1000) } else { ("sshd", 0) };
        let long = if at % 5 == 0 { "x".repeat(400 + usize::try_from(at)?) } else { String::new() };
        let message = if at % 3 == 0 { "Connection closed".into() } else { format!("Failed password for {long}{at}") };
        writeln!(text, "__REALTIME_TIMESTAMP={}", 1_700_000_000_000_000 + at * 250_000)?;
        writeln!(text, "__MONOTONIC_TIMESTAMP={}", 1 + at * 250_000)?;
        writeln!(text, "_BOOT_ID=0123456789abcdef0123456789abcdef\n_TRANSPORT=syslog\nSYSLOG_IDENTIFIER=sshd")?;
        writeln!(text, "_COMM={who}\n_EXE=/usr/sbin/{who}\n_UID={uid}\n_PID={}\nPRIORITY={}", 300 + at / 4, at % 8)?;
        writeln!(text, "_SYSTEMD_UNIT=ssh.service\nMESSAGE={message}\n")?;
    }
    Ok(text)
}

fn compare(score: &mut Score, path: &Path, form: (&str, &str, &str)) -> Result<()> {
    let listed = Command::new("journalctl").args(["--all", "--output=json", "--file"]).arg(path).output();
    let listed = listed.context("journalctl is not there: apt-get install systemd")?;
    let expected = String::from_utf8(listed.stdout)?;
    let (said, facts) = walked(path)?;
    ensure!(expected.lines().count() as u64 == ENTRIES, "journalctl lists other entries than were written");
    let is_whole = facts.end == End::Whole && facts.damaged == 0 && facts.entries == ENTRIES;
    if is_whole {
        score.right += 1;
    } else {
        score.wrong.push(format!("{form:?}: {:?} after {} entries", facts.end, facts.entries));
    }
    for (at, expected) in expected.lines().enumerate() {
        let entry: Value = serde_json::from_str(expected)?;
        let value = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or("-").to_owned();
        let names = COMPARED.iter().map(|(name, _)| value(name));
        let expected: Vec<String> = std::iter::once(value("__REALTIME_TIMESTAMP")).chain(names).collect();
        if said.get(at) == Some(&expected) {
            score.right += 1;
        } else {
            score.wrong.push(format!("{form:?}: entry {at}: {expected:?} is expected, not {:?}", said.get(at)));
        }
    }
    Ok(())
}

fn walked(path: &Path) -> Result<(Vec<Vec<String>>, Facts)> {
    let bytes = std::fs::read(path)?;
    let (mut walker, mut entries) = (Walker::default(), Vec::new());
    let mut each = |entry: &Entry<'_>| {
        let value = |field: Field| String::from_utf8_lossy(entry.get(field).unwrap_or(b"-")).into_owned();
        let values = COMPARED.iter().map(|(_, field)| value(*field));
        entries.push(std::iter::once(entry.realtime.to_string()).chain(values).collect());
    };
    bytes.chunks(65_536).for_each(|piece| walker.feed(piece, &mut |_, _| true, &mut each));
    Ok((entries, walker.finish()))
}
