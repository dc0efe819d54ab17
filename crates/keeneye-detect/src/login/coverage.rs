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
    fn logins_are_covered_from_the_first_that_a_log_tells_of() {
        let covered = |form, from| [2_000, 5_000].map(|time| covers_sshd(&world(form, from), time));
        assert_eq!(covered(LogForm::Syslog, Some(1_000)), [true, true]);
        assert_eq!(covered(LogForm::Journal, Some(1_000)), [true, true]);
        assert_eq!(covered(LogForm::Syslog, Some(3_000)), [false, true], "older lines had no room");
        assert_eq!(covered(LogForm::Syslog, None), [false, false], "sshd was told to log less");
        assert_eq!(covered(LogForm::Audit, Some(1_000)), [false, false]);
    }
}
