//! Which times logs and login records cover.

use keeneye_facts::{Fd, FdTarget, LogFile, LogForm, Text};
use keeneye_world::{World, log_name};
use std::collections::BTreeSet;

/// Seconds that a line may take from its program to the file.
const ON_ITS_WAY: i64 = 60;
/// A log in which nothing was written for so many seconds may be stuck.
const QUIET: i64 = 86_400;

/// A file of one of these forms begins before that time and goes on after it.
pub(crate) fn covers(world: &World, forms: &[LogForm], time: i64) -> bool {
    files(world, forms).any(|file| is_within(file, time))
}

/// The same of logs that tell who was let in.
pub(crate) fn covers_sshd(world: &World, time: i64) -> bool {
    files(world, &[LogForm::Syslog, LogForm::Journal]).any(|file| {
        let begins = file.logins_from.is_some_and(|first| first.seconds < time);
        begins && file.last.is_some_and(|last| last.seconds > time)
    })
}

/// Since when logs and records of failed logins tell of attempts, without a day of which none tells, until that time.
pub(crate) fn attempts_since(world: &World, time: i64) -> i64 {
    let tells = |file: &&LogFile| file.form == LogForm::Btmp || file.sshd > 0;
    let ends = |file: &LogFile| Some((file.last?.seconds, file.first?.seconds));
    let mut spans: Vec<(i64, i64)> = world.log_files.iter().filter(tells).filter_map(ends).collect();
    spans.sort_unstable_by_key(|(last, _)| std::cmp::Reverse(*last));
    let reaches = |since: i64, last: i64| last.saturating_add(QUIET) >= since;
    spans.into_iter().fold(time, |since, (last, first)| if reaches(since, last) { since.min(first) } else { since })
}

/// Logs to which tools for accounts write: those that have such lines, or lines of logins, with all of their parts.
pub(crate) struct OfAccounts<'a> {
    files: Vec<&'a LogFile>,
}

impl<'a> OfAccounts<'a> {
    /// `sources` are the files of such lines.
    pub(crate) fn new(world: &'a World, sources: impl Iterator<Item = &'a Text>) -> Self {
        let of_logins = world.log_files.iter().filter(|file| file.logins_from.is_some()).map(|file| &file.path);
        let series: BTreeSet<(&[u8], &[u8])> = sources.chain(of_logins).map(series).collect();
        let forms = [LogForm::Syslog, LogForm::Journal, LogForm::Audit];
        let is_one = |file: &&LogFile| forms.contains(&file.form) && series.contains(&self::series(&file.path));
        Self { files: world.log_files.iter().filter(is_one).collect() }
    }

    /// One of them begins before that time and goes on after it.
    pub(crate) fn cover(&self, time: i64) -> bool {
        self.files.iter().any(|file| is_within(file, time))
    }

    /// One of them goes on until that time: by its last line, or because a program of the host has it open and would
    /// have written.
    pub(crate) fn reach(&self, world: &World, time: i64) -> bool {
        let on_time = world.host.now.saturating_sub(time) >= ON_ITS_WAY;
        self.files.iter().any(|file| {
            let last = file.last.map(|last| last.seconds);
            let quiet = || on_time && last.is_some_and(|last| world.host.now.saturating_sub(last) < QUIET);
            last.is_some_and(|last| last > time) || quiet() && is_open(world, file)
        })
    }
}

/// Of what a file is a part; all files of the journal are one.
fn series(path: &Text) -> (&[u8], &[u8]) {
    match path.ends_with(b".journal") || path.ends_with(b".journal~") {
        true => (b"", b"journal"),
        false => (path.parent(), log_name::base(path.file_name())),
    }
}

fn is_within(file: &LogFile, time: i64) -> bool {
    let first = file.first.is_some_and(|first| first.seconds < time);
    first && file.last.is_some_and(|last| last.seconds > time)
}

/// Some process of the host has the file open.
fn is_open(world: &World, file: &LogFile) -> bool {
    let is_it = |fd: &Fd| matches!(&fd.target, FdTarget::File { path, deleted: false } if *path == file.path);
    let on_host = world.processes.values().filter(|process| process.container.is_none());
    on_host.flat_map(|process| &process.fds).any(is_it)
}

fn files<'a>(world: &'a World, forms: &'a [LogForm]) -> impl Iterator<Item = &'a LogFile> {
    world.log_files.iter().filter(|file| forms.contains(&file.form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::testing::covering;
    use keeneye_facts::{Event, LogTime};

    fn world(form: LogForm, logins_from: Option<i64>) -> World {
        let Event::LogFileSeen(mut file) = covering("/var/log/x", form, 1_000, 9_000) else { panic!("a file") };
        file.logins_from = logins_from.map(|seconds| LogTime { seconds, ..LogTime::default() });
        let mut world = World::default();
        world.fold(Event::LogFileSeen(file));
        world
    }

    #[test]
    fn a_log_covers_what_lies_between_its_first_and_last_line() {
        let world = world(LogForm::Wtmp, None);
        let covered = [999, 1_000, 1_001, 8_999, 9_000].map(|time| covers(&world, &[LogForm::Wtmp], time));
        assert_eq!(covered, [false, false, true, true, false]);
        assert!(!covers(&world, &[LogForm::Syslog], 5_000));
    }

    #[test]
    fn attempts_are_told_without_a_break() {
        let since = |files: &[(LogForm, i64, i64)]| {
            let mut world = World::default();
            files.iter().for_each(|(form, from, to)| world.fold(covering("/var/log/x", *form, *from, *to)));
            attempts_since(&world, 900_000)
        };
        let newest = (LogForm::Syslog, 700_000, 990_000);
        assert_eq!(since(&[newest, (LogForm::Syslog, 300_000, 690_000)]), 300_000);
        assert_eq!(since(&[newest, (LogForm::Syslog, 300_000, 600_000)]), 700_000, "a log between them is missing");
        let of_records = (LogForm::Btmp, 200_000, 990_000);
        assert_eq!(since(&[newest, (LogForm::Syslog, 300_000, 600_000), of_records]), 200_000);
        assert_eq!(since(&[]), 900_000);
    }

    #[test]
    fn logins_are_covered_from_the_first_that_a_log_tells_of() {
        let covered = |form, from| [2_000, 5_000].map(|time| covers_sshd(&world(form, from), time));
        assert_eq!(covered(LogForm::Syslog, Some(1_000)), [true, true]);
        assert_eq!(covered(LogForm::Journal, Some(1_000)), [true, true]);
        assert_eq!(covered(LogForm::Syslog, Some(3_000)), [false, true], "older lines had no room");
        assert_eq!(covered(LogForm::Syslog, None), [false, false], "sshd was told to log less");
        assert_eq!(covered(LogForm::Audit, Some(1_000)), [false, false]);
    }
}
