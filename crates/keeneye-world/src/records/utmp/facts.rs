//! What shows that records were cut out of a file, changed or put in.

use super::{Record, Role};
use keeneye_facts::Behind;

/// Of each kind so many are kept, and the rest counted.
const KEPT: usize = 1_000;
/// Seconds that a later record may be earlier by: several programs write, each with a time it took before.
const TOLERANCE: i64 = 60;

/// Facts about the records of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Records, those of zeros too.
    pub records: u64,
    /// Records of zeros.
    pub zeroed: u64,
    /// Where they stand; the first thousand.
    pub zeroed_runs: Vec<Run>,
    /// Records whose type is none.
    pub unknown: u64,
    /// Where time runs backwards; the first thousand.
    pub backwards: Vec<Backwards>,
    /// The earliest and the latest time that stands there, in seconds since 1970.
    pub times: Option<(i64, i64)>,
    last: Option<(u64, i64)>,
    is_explained: bool,
}

/// Records one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The number of the first.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// What follows them.
    pub behind: Behind,
    /// The time of the last record before them that has one, in seconds since 1970.
    pub from: Option<i64>,
    /// The time of the record that follows.
    pub to: Option<i64>,
}

/// A record that is earlier than the one before it, by more than a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backwards {
    /// Number and time of the one before it.
    pub before: (u64, i64),
    /// Its own.
    pub after: (u64, i64),
    /// The clock was set between them, as records say, or the system started: a clock without a battery is behind then.
    pub is_explained: bool,
}

impl Facts {
    /// Takes the next record.
    pub fn see(&mut self, record: &Record<'_>) {
        self.records += 1;
        if record.is_zeroed {
            return self.zero(record.number);
        }
        let role = record.role();
        self.end_zeros(record, role);
        self.unknown += u64::from(record.kind > super::kind::ACCOUNTING);
        self.is_explained |= matches!(role, Role::Boot | Role::Clock);
        let time = record.seconds;
        if time == 0 {
            return;
        }
        let (first, last) = self.times.unwrap_or((time, time));
        self.times = Some((first.min(time), last.max(time)));
        let after = (record.number, time);
        if let Some(before) = self.last.replace(after)
            && before.1.saturating_sub(time) > TOLERANCE
            && self.backwards.len() < KEPT
        {
            self.backwards.push(Backwards { before, after, is_explained: self.is_explained });
        }
        // The record of a start may itself carry the old time, or the next one.
        self.is_explained = matches!(role, Role::Boot | Role::Clock);
    }

    fn zero(&mut self, number: u64) {
        self.zeroed += 1;
        if let Some(run) = self.zeroed_runs.last_mut().filter(|run| run.first + run.count == number) {
            run.count += 1;
        } else if self.zeroed_runs.len() < KEPT {
            let from = self.last.map(|(_, time)| time);
            self.zeroed_runs.push(Run { first: number, count: 1, behind: Behind::End, from, to: None });
        }
    }

    fn end_zeros(&mut self, record: &Record<'_>, role: Role) {
        let ends = |run: &&mut Run| run.first + run.count == record.number;
        if let Some(run) = self.zeroed_runs.last_mut().filter(ends) {
            run.behind = if role == Role::Boot { Behind::Boot } else { Behind::Record };
            run.to = (record.seconds != 0).then_some(record.seconds);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Records;
    use super::super::samples::{LAYOUTS, file};
    use super::*;

    fn facts(lines: &str) -> Facts {
        let (bytes, mut facts) = (file(lines, LAYOUTS[0]), Facts::default());
        Records::new(&bytes, LAYOUTS[0]).for_each(|record| facts.see(&record));
        facts
    }

    #[test]
    fn zeros_are_told_with_their_place() {
        let facts = facts("0\n7 1 pts/0 ann - 1000\n0\n0\n8 1 pts/0 - - 1010\n0\n2 0 ~ reboot - 1020\n0");
        let run = |first, count, behind, from, to| Run { first, count, behind, from, to };
        let expected = [
            run(0, 1, Behind::Record, None, Some(1000)),
            run(2, 2, Behind::Record, Some(1000), Some(1010)),
            run(5, 1, Behind::Boot, Some(1010), Some(1020)),
            run(7, 1, Behind::End, Some(1020), None),
        ];
        assert_eq!(facts.zeroed_runs, expected);
        assert_eq!((facts.records, facts.zeroed, facts.times), (8, 5, Some((1000, 1020))));
    }

    #[test]
    fn time_that_runs_backwards() {
        let put_in = facts("7 1 pts/0 ann - 9000\n7 2 pts/1 ben - 5000\n8 1 pts/0 - - 9010").backwards;
        assert_eq!(put_in, [Backwards { before: (0, 9000), after: (1, 5000), is_explained: false }]);
        assert_eq!(facts("7 1 pts/0 ann - 9000\n7 2 pts/1 ben - 8950").backwards, []);
        let set = facts("4 0 | date - 9000\n3 0 { date - 5000\n7 2 pts/1 ben - 5010").backwards;
        assert_eq!(set, [Backwards { before: (0, 9000), after: (1, 5000), is_explained: true }]);
        let booted = facts("1 0 ~ shutdown - 9000\n2 0 ~ reboot - 5000\n7 2 pts/1 ben - 5010").backwards;
        assert_eq!(booted, [Backwards { before: (0, 9000), after: (1, 5000), is_explained: true }]);
    }
}
