//! A log was deleted, or emptied in place.
//!
//! # What it sees
//! A program that still writes to a log of the system which was deleted, or replaced by another file, as editors do:
//! for logs of logins (`auth.log`, `secure`, `audit.log`) it is `suspicious`, for others `unusual`. A log of logins,
//! `wtmp`, `syslog` or `messages` that is not there although what was rotated away of it is, and although other logs go
//! on: `unusual`, and `suspicious` for a log of logins or `wtmp` where other records have logins since. No `wtmp`
//! although people are logged in: `unusual`. One of them that has nothing in it although it was written since it was
//! made and last rotated, or whose first line is a day younger than both, and far younger than its lines are usually
//! apart: `unusual`, and `suspicious` where other records have logins of that time; then a log of logins need not be
//! silent for so long. A machine that was started just then is quiet.
//!
//! # Why it matters
//! Deleting a log is the quickest way to be rid of it. Who writes into it goes on writing into a file without a name.
//!
//! # Innocent causes
//! An admin who freed a full disk, or who prepared an image. logrotate renames a log before it makes the next one: what
//! was rotated within the last minutes is quiet. Systems without wtmp, or with another record in its place. Settings of
//! a logger that no longer writes `syslog` or `messages`, as after an upgrade.
//!
//! # What to do
//! As long as the program runs, all that was written is there: copy `/proc/PID/fd/N` before you restart it.
//! `keeneye look pid N` lists its descriptors.

use super::came;
use crate::{Detector, Scene, standing, subject};
use keeneye_facts::{FdTarget, Finding, Level, LogFile, LogForm, LogKind, Login, LoginRecord, Process, Text};
use keeneye_world::{World, log_name, rfc3339};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/log-deleted",
    title: "a log that was deleted or emptied",
    level: Level::Suspicious,
    attack: &["T1070.002"],
    absolute: false,
    source: include_str!("log_deleted.rs"),
    run,
};

const LOGS: &str = "/var/log";
const AUDIT: &str = "/var/log/audit/audit.log";
const WTMP: &str = "/var/log/wtmp";
/// Logs that every rotation makes anew; others come and go with settings.
const KEPT: [&str; 5] = ["auth.log", "secure", "syslog", "messages", "wtmp"];
/// Seconds that a rotation may take, with all that it runs.
const ROTATION: i64 = 600;
/// What was rotated away longer ago, in seconds, belongs to a log that nobody keeps any more.
const OLD: i64 = 60 * 86_400;
/// A log is silent so many times longer than its lines are apart on average, since logins come in bursts.
const BURSTS: i64 = 50;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut held: BTreeMap<&Text, Vec<(&Process, u32)>> = BTreeMap::new();
    for process in scene.world.processes.values().filter(|process| !standing::is_contained(scene.world, process)) {
        for fd in &process.fds {
            if let FdTarget::File { path, deleted: true } = &fd.target
                && is_log(path)
            {
                held.entry(path).or_default().push((process, fd.number));
            }
        }
    }
    let mut findings: Vec<Finding> =
        held.iter().filter_map(|(path, holders)| still_written(scene.world, path, holders)).collect();
    let is_told = |path: &Text| held.contains_key(path);
    let missing = KEPT.iter().map(|name| Text::from(LOGS).join(name.as_bytes())).filter(|path| !is_told(path));
    findings.extend(missing.filter_map(|path| not_there(scene.world, &path)));
    findings.extend(scene.world.log_files.iter().filter_map(|file| emptied(scene.world, file)));
    findings
}

/// By the name that it has before a rotation: what was rotated away is deleted sooner or later.
fn is_log(path: &Text) -> bool {
    *path == AUDIT
        || path.parent() == LOGS && log_name::form(path.file_name()).is_some_and(|form| form != LogForm::Packages)
}

fn is_of_logins(path: &Text) -> bool {
    *path == AUDIT || log_name::tells_of_logins(path.file_name())
}

fn still_written(world: &World, path: &Text, holders: &[(&Process, u32)]) -> Option<Finding> {
    let (process, fd) = holders.first()?;
    if is_being_rotated(world, path) {
        return None;
    }
    let level = if is_of_logins(path) { Level::Suspicious } else { Level::Unusual };
    let name = subject::process(process).name;
    let replaced = world.log_files.iter().find(|file| file.path == *path);
    let what = if replaced.is_some() { "was deleted and replaced" } else { "was deleted" };
    let summary = format!("{} {what}, and {} still has it open", path.lossy(), name.lossy());
    let mut finding = DETECTOR
        .finding(level, subject::file(path), summary)
        .evidence("its content", format!("/proc/{}/fd/{fd}", process.id.pid))
        .innocent("a rotation", true, "that renames the file first")
        .innocent("an admin who freed a full disk", false, "ask")
        .next(format!("copy /proc/{}/fd/{fd} before the program is restarted", process.id.pid))
        .next(format!("keeneye look pid {}", process.id.pid));
    if let Some(stat) = replaced.and_then(|file| file.stat) {
        finding = finding.evidence("replaced", rfc3339(stat.changed)).since(stat.changed);
    }
    Some(holders.iter().take(5).fold(finding, |finding, (process, _)| finding.related(subject::process(process))))
}

/// What was rotated away of a log, newest last.
fn rotated<'a>(world: &'a World, path: &'a Text) -> impl Iterator<Item = &'a LogFile> {
    let is_part = |file: &&LogFile| {
        file.path != *path && file.path.parent() == path.parent() && {
            log_name::base(file.path.file_name()) == log_name::base(path.file_name())
        }
    };
    world.log_files.iter().filter(is_part)
}

fn is_being_rotated(world: &World, path: &Text) -> bool {
    let changed = rotated(world, path).filter_map(|file| file.stat).map(|stat| stat.changed);
    // A tree that was copied a moment ago is no machine at work.
    world.host.live && changed.max().is_some_and(|changed| world.host.now.saturating_sub(changed) < ROTATION)
}

fn not_there(world: &World, path: &Text) -> Option<Finding> {
    let is_there = world.log_files.iter().any(|file| file.path == *path);
    let in_memory = |mount: &keeneye_facts::Mount| mount.kind == "tmpfs" && path.is_within(&mount.point.lossy());
    let has_other = *path == WTMP && world.log_files.iter().any(|file| file.form == LogForm::Wtmpdb);
    if is_there || has_other || world.mounts.iter().any(in_memory) || is_being_rotated(world, path) {
        return None;
    }
    let newest = rotated(world, path).filter_map(|file| Some((file, file.stat?.modified))).max_by_key(|(_, end)| *end);
    let Some((last, end)) = newest else { return nobody_writes(world, path) };
    if world.host.now.saturating_sub(end) > OLD || *path != WTMP && !others_go_on(world, path, end) {
        return None;
    }
    let since = world.logins.iter().filter(|login| login.time.seconds > end && is_told_elsewhere(path, login)).count();
    let would_tell = since > 0 && (*path == WTMP || is_of_logins(path));
    let level = if would_tell { Level::Suspicious } else { Level::Unusual };
    let also = if would_tell { ", and other records have logins since" } else { "" };
    let summary = format!("{} is gone, and {} is still there{also}", path.lossy(), last.path.lossy());
    let finding = DETECTOR
        .finding(level, subject::file(path), summary)
        .evidence("its last part ends", rfc3339(end))
        .evidence("logins since, by other records", since.to_string())
        .innocent("a rotation", true, "that was longer ago, and makes the next one at once")
        .innocent("settings of the logger that no longer name it", would_tell, "look at them")
        .innocent("an admin who freed a full disk", false, "ask");
    // When it went nobody knows.
    Some(finding.next("keeneye logins"))
}

/// Nothing was ever rotated away. Those who write utmp write wtmp, where it is there.
fn nobody_writes(world: &World, path: &Text) -> Option<Finding> {
    let here = |login: &&Login| login.seen.contains(&LoginRecord::Utmp);
    let login = world.logins.iter().filter(here).max_by_key(|login| login.time.seconds).filter(|_| *path == WTMP)?;
    let summary = format!("{} is not there, although {} is logged in", path.lossy(), login.user.lossy());
    let finding = DETECTOR
        .finding(Level::Unusual, subject::file(path), summary)
        .evidence("logged in since", rfc3339(login.time.seconds))
        .innocent("a system that was made without wtmp", false, "then none of its kind has one");
    Some(finding.next("keeneye logins"))
}

/// Somebody wrote over it: the file was there before what is in it now.
fn emptied(world: &World, file: &LogFile) -> Option<Finding> {
    let path = &file.path;
    let stat = file.stat.filter(|stat| stat.born > 0 && path.parent() == LOGS)?;
    if !KEPT.iter().any(|name| path.file_name() == name.as_bytes()) || !world.host.live {
        return None;
    }
    // The end of what was written before a rotation, or of the copy: a new mode or owner changes neither.
    let rotation = rotated(world, path).filter_map(|part| part.stat).map(|stat| stat.modified).max();
    let begun = rotation.map_or(stat.born, |rotation| rotation.max(stat.born));
    let (since, until) = match file.first {
        // What `echo >FILE` leaves is no line.
        None if stat.size <= 1 && stat.modified > world.host.time_of_ticks(0) => {
            (begun.saturating_add(ROTATION), stat.modified)
        }
        // wtmp waits for the first login.
        Some(first) if file.form == LogForm::Syslog && !is_near_a_start(world, first.seconds) => {
            (begun.saturating_add(came::DAY), first.seconds)
        }
        _ => return None,
    };
    let told = |login: &&Login| (since..until).contains(&login.time.seconds) && is_told_elsewhere(path, login);
    let logins = world.logins.iter().filter(told).count();
    let would_tell = logins > 0 && is_of_logins(path);
    if until <= since || file.first.is_some() && !would_tell && until <= begun.saturating_add(silence(world, path)) {
        return None;
    }
    let level = if logins > 0 { Level::Suspicious } else { Level::Unusual };
    let also = if logins > 0 { ", and other records have logins of the time before" } else { "" };
    let finding = DETECTOR
        .finding(level, subject::file(path), format!("{} was emptied{also}", path.lossy()))
        .evidence("the file is there since", rfc3339(stat.born))
        .evidence("and what is in it since", rfc3339(until))
        .evidence("logins before, by other records", logins.to_string())
        .innocent("a rotation", true, "none was at that time")
        .innocent("an admin who freed a full disk", false, "ask");
    Some(finding.since(until).next("keeneye logins"))
}

/// Seconds for which the log may well be silent, by the part of it that was rotated away last.
fn silence(world: &World, path: &Text) -> i64 {
    let spans = rotated(world, path).filter_map(|part| Some((part.first?.seconds, part.last?.seconds, part.entries)));
    let apart = spans.max_by_key(|(_, last, _)| *last).map_or(0, |(first, last, entries)| {
        last.saturating_sub(first) / i64::try_from(entries).unwrap_or(i64::MAX).max(1)
    });
    apart.saturating_mul(BURSTS).max(came::DAY)
}

/// An image begins with logs that are empty: then the machine was started.
fn is_near_a_start(world: &World, time: i64) -> bool {
    let starts = world.log_events.iter().filter(|event| event.kind == LogKind::Booted).filter_map(|event| event.time);
    let mut starts = starts.map(|start| start.seconds).chain([world.host.time_of_ticks(0)]);
    starts.any(|start| start.abs_diff(time) <= ROTATION.unsigned_abs())
}

/// The logger runs: another log of its was written since.
fn others_go_on(world: &World, path: &Text, end: i64) -> bool {
    let is_other = |file: &&LogFile| {
        let name = file.path.file_name();
        file.form == LogForm::Syslog && file.path != *path && log_name::base(name) == name
    };
    world.log_files.iter().filter(is_other).filter_map(|file| file.last).any(|last| last.seconds > end)
}

/// By a record that is written together with this one.
fn is_told_elsewhere(path: &Text, login: &Login) -> bool {
    let of_terminals = [LoginRecord::Utmp, LoginRecord::Lastlog];
    let of_logs = [LoginRecord::Wtmp, LoginRecord::Wtmpdb, LoginRecord::Audit];
    let seen = |records: &[LoginRecord]| records.iter().any(|record| login.seen.contains(record));
    seen(&of_terminals) || *path != WTMP && seen(&of_logs)
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, NOW, covering, seen_in};
    use keeneye_facts::{Event, FileStat, LogForm, LoginRecord};
    const NAME: &str = "login/log-deleted";
    const WRITER: &str = "process 812 exe=/usr/sbin/rsyslogd comm=rsyslogd\npackage r 1 owns /usr/sbin/rsyslogd\n";
    const ANNA: Came<'static> = Came { user: "anna", from: "192.0.2.9", method: "", key: "", ago: 5_000 };

    /// A log that was written until so many seconds ago, and changed last then.
    fn log(path: &str, form: LogForm, ago: i64) -> Event {
        let Event::LogFileSeen(mut file) = covering(path, form, NOW - 900_000, NOW - ago) else { panic!("a file") };
        file.stat = Some(FileStat { modified: NOW - ago, changed: NOW - ago, ..FileStat::default() });
        Event::LogFileSeen(file)
    }
    fn said(host: &str, events: &[Event]) -> Vec<String> {
        crate::testing::findings(NAME, host, events)
    }

    #[test]
    fn a_log_that_is_deleted_and_still_written() {
        let held = |path: &str| format!("{WRITER}fd 812 7 \"{path}\"\n");
        let text = "suspicious: /var/log/auth.log was deleted, and rsyslogd (pid 812) still has it open";
        assert_eq!(said(&held("/var/log/auth.log (deleted)"), &[]), [text]);
        assert_eq!(said(&held("/var/log/auth.log"), &[]), [""; 0]);
        assert_eq!(said(&held("/var/log/auth.log.1 (deleted)"), &[]), [""; 0], "rotated, packed, and not reopened");
        assert_eq!(said(&held("/srv/app/auth.log (deleted)"), &[]), [""; 0], "not the system's");
        let text = text.replace("suspicious", "unusual").replace("auth.log", "syslog");
        assert_eq!(said(&held("/var/log/syslog (deleted)"), &[]), [text]);
    }
    #[test]
    fn an_editor_puts_another_file_in_its_place() {
        let host = format!("{WRITER}fd 812 7 \"/var/log/auth.log (deleted)\"\n");
        let text = "suspicious: /var/log/auth.log was deleted and replaced, and rsyslogd (pid 812) still has it open";
        assert_eq!(said(&host, &[log("/var/log/auth.log", LogForm::Syslog, 900)]), [text]);
        let rotated = |ago| {
            said(
                &host,
                &[log("/var/log/auth.log", LogForm::Syslog, 100), log("/var/log/auth.log.1", LogForm::Syslog, ago)],
            )
        };
        assert_eq!(rotated(9_000), [text]);
        assert_eq!(rotated(100), [""; 0], "a rotation is at work");
    }
    #[test]
    fn a_log_of_which_only_the_past_is_there() {
        let events = |ago, syslog| {
            let parts = [("/var/log/auth.log.1", ago), ("/var/log/syslog", syslog)];
            parts.map(|(path, ago)| log(path, LogForm::Syslog, ago)).to_vec()
        };
        let text = "unusual: /var/log/auth.log is gone, and /var/log/auth.log.1 is still there";
        assert_eq!(said("", &events(90_000, 10)), [text]);
        let whole = log("/var/log/auth.log", LogForm::Syslog, 10);
        assert_eq!(said("", &[events(90_000, 10), vec![whole]].concat()), [""; 0]);
        assert_eq!(said("", &events(100, 10)), [""; 0], "between the rename and the next file");
        assert_eq!(said("", &events(90_000, 99_000)), [""; 0], "nobody writes logs here any more");
        assert_eq!(said("", &events(90 * 86_400, 10)), [""; 0], "long ago");
        let memory =
            "/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 /dev/sda1 rw\\n2 1 0:30 / /var/log rw - tmpfs log rw\\n\n";
        assert_eq!(said(memory, &events(90_000, 10)), [""; 0]);
        let came = seen_in(ANNA, &[LoginRecord::Wtmp]);
        let wtmp = log("/var/log/wtmp", LogForm::Wtmp, 5_000);
        let text = format!("{}, and other records have logins since", text.replace("unusual", "suspicious"));
        assert_eq!(said("", &[events(90_000, 10), vec![came.clone(), wtmp.clone()]].concat()), [text]);
        let old = [log("/var/log/messages.1", LogForm::Syslog, 90_000), log("/var/log/auth.log", LogForm::Syslog, 10)];
        let text = "unusual: /var/log/messages is gone, and /var/log/messages.1 is still there";
        assert_eq!(said("", &[old.to_vec(), vec![came, wtmp]].concat()), [text], "no log of logins");
    }
    #[test]
    fn a_wtmp_that_is_gone() {
        let rotated = log("/var/log/wtmp.1", LogForm::Wtmp, 90_000);
        let text = "unusual: /var/log/wtmp is gone, and /var/log/wtmp.1 is still there";
        assert_eq!(said("", std::slice::from_ref(&rotated)), [text]);
        let database = log("/var/lib/wtmpdb/wtmp.db", LogForm::Wtmpdb, 10);
        assert_eq!(said("", &[rotated.clone(), database]), [""; 0], "another record took its place");
        let text = format!("{}, and other records have logins since", text.replace("unusual", "suspicious"));
        let there = seen_in(ANNA, &[LoginRecord::Utmp]);
        assert_eq!(said("", &[rotated, there.clone()]), [text]);
        assert_eq!(said("", &[there]), ["unusual: /var/log/wtmp is not there, although anna is logged in"]);
        assert_eq!(said("", &[seen_in(ANNA, &[LoginRecord::Daemon])]), [""; 0], "a system without login records");
    }
    /// A log that was made so many seconds ago; `first` is the first line, `modified` the last change.
    fn made(path: &str, born: i64, first: Option<i64>, modified: i64) -> Event {
        let form = if path.ends_with("wtmp") { LogForm::Wtmp } else { LogForm::Syslog };
        let Event::LogFileSeen(mut file) = log(path, form, modified) else { panic!("a file") };
        file.first = first.map(|ago| keeneye_facts::LogTime { seconds: NOW - ago, ..Default::default() });
        if let Some(stat) = &mut file.stat {
            (stat.born, stat.size) = (NOW - born, first.map_or(0, |_| 9_000));
        }
        Event::LogFileSeen(file)
    }
    #[test]
    fn a_log_with_nothing_in_it() {
        let path = "/var/log/auth.log";
        let empty = |born, modified| made(path, born, None, modified);
        assert_eq!(said("", &[empty(90_000, 900)]), ["unusual: /var/log/auth.log was emptied"]);
        assert_eq!(said("", &[empty(90_000, 90_000)]), [""; 0], "nothing was ever written");
        assert_eq!(said("", &[made(path, 90_000, Some(90_000), 900)]), [""; 0]);
        assert_eq!(said("", &[empty(9_000_000, 2_000_000)]), [""; 0], "before the machine was started");
        let rotated = |ago| log("/var/log/auth.log.1", LogForm::Syslog, ago);
        assert_eq!(said("", &[empty(90_000, 1_000), rotated(1_000)]), [""; 0], "copied away and emptied");
        assert_eq!(said("", &[empty(90_000, 1_000), rotated(80_000)]).len(), 1);
        let came = seen_in(ANNA, &[LoginRecord::Utmp]);
        let wtmp = log("/var/log/wtmp", LogForm::Wtmp, 5_000);
        let text = "suspicious: /var/log/auth.log was emptied, and other records have logins of the time before";
        assert_eq!(said("", &[empty(90_000, 900), came, wtmp]), [text]);
    }
    #[test]
    fn a_log_that_is_older_than_its_first_line() {
        let path = "/var/log/auth.log";
        let begins = |born, first| said("", &[made(path, born, Some(first), 60)]);
        assert_eq!(begins(400_000, 9_000), ["unusual: /var/log/auth.log was emptied"]);
        assert_eq!(begins(60_000, 9_000), [""; 0], "less than a day");
        assert_eq!(said("", &[made("/var/log/wtmp", 400_000, Some(9_000), 60)]), [""; 0], "nobody came before");
        // The machine was started a million seconds ago.
        assert_eq!(begins(9_000_000, 999_990), [""; 0], "an image that was started");
        let rotated = log("/var/log/auth.log.1", LogForm::Syslog, 9_100);
        assert_eq!(said("", &[made(path, 400_000, Some(9_000), 60), rotated]), [""; 0], "copied away and emptied");
    }
    /// Rotated away three days ago; so many lines, over a week.
    fn part(lines: u64) -> keeneye_facts::LogFile {
        let event = covering("/var/log/auth.log.1", LogForm::Syslog, NOW - 864_000, NOW - 259_200);
        let Event::LogFileSeen(mut part) = event else { panic!("a file") };
        part.entries = lines;
        part.stat = Some(FileStat { modified: NOW - 259_200, changed: NOW - 259_200, ..FileStat::default() });
        *part
    }
    #[test]
    fn a_log_that_was_emptied_after_its_rotation() {
        let begins = |first, part: keeneye_facts::LogFile| {
            said("", &[made("/var/log/auth.log", 259_200, Some(first), 60), Event::LogFileSeen(Box::new(part))])
        };
        assert_eq!(begins(900, part(900)), ["unusual: /var/log/auth.log was emptied"]);
        assert_eq!(begins(259_100, part(900)), [""; 0], "it goes on since the rotation");
        assert_eq!(begins(900, part(50)), [""; 0], "some logins a week: it was silent as long before");
        let came = seen_in(Came { ago: 50_000, ..ANNA }, &[LoginRecord::Utmp]);
        let few = Event::LogFileSeen(Box::new(part(50)));
        let text = "suspicious: /var/log/auth.log was emptied, and other records have logins of the time before";
        let wtmp = log("/var/log/wtmp", LogForm::Wtmp, 5_000);
        assert_eq!(said("", &[made("/var/log/auth.log", 259_200, Some(900), 60), few, came, wtmp]), [text]);
        let mut touched = part(900);
        touched.stat = Some(FileStat { modified: NOW - 259_200, changed: NOW - 950, ..FileStat::default() });
        assert_eq!(begins(900, touched).len(), 1, "another mode is no rotation");
        let mut copied = part(900);
        copied.stat = Some(FileStat { modified: NOW - 950, changed: NOW - 950, ..FileStat::default() });
        assert_eq!(begins(900, copied), [""; 0], "copied away and emptied");
    }
}
