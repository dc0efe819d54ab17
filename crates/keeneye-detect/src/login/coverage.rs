//! Which times logs and login records cover.

use keeneye_facts::{LogFile, LogForm};
use keeneye_world::World;

/// A file of one of these forms begins before that time and goes on after it.
pub(super) fn covers(world: &World, forms: &[LogForm], time: i64) -> bool {
    files(world, forms).any(|file| {
        let first = file.first.is_some_and(|first| first.seconds < time);
        first && file.last.is_some_and(|last| last.seconds > time)
    })
}

/// The same of logs that tell who was let in.
pub(super) fn covers_sshd(world: &World, time: i64) -> bool {
    files(world, &[LogForm::Syslog, LogForm::Journal]).any(|file| {
        let begins = file.logins_from.is_some_and(|first| first.seconds < time);
        begins && file.last.is_some_and(|last| last.seconds > time)
    })
}

fn files<'a>(world: &'a World, forms: &'a [LogForm]) -> impl Iterator<Item = &'a LogFile> {
    world.log_files.iter().filter(|file| forms.contains(&file.form))
}
