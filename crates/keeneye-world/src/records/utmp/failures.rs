//! Failed logins summed: a btmp under attack grows by gigabytes, and what it tells does not.

use super::Record;
use keeneye_facts::Text;
use std::collections::HashMap;

/// Groups that are told apart; about 150 bytes each.
const MAX_GROUPS: usize = 100_000;
const DAY: i64 = 86_400;

/// Failures that are one: same origin, same account, same day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// The address, else what `ut_host` says, else empty: a terminal of the machine.
    pub from: Text,
    /// The account, as it was typed.
    pub user: Text,
    /// Days since 1970, in UTC.
    pub day: i64,
}

/// How often and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The earliest, in seconds since 1970.
    pub first: i64,
    /// The latest.
    pub last: i64,
}

/// Sums the records of btmp.
#[derive(Clone, Debug, Default)]
pub struct Failures {
    groups: HashMap<Group, Tally>,
    beyond: Option<Tally>,
}

impl Failures {
    /// Takes the next record; those of zeros are no failures.
    pub fn see(&mut self, record: &Record<'_>) {
        if record.is_zeroed {
            return;
        }
        let time = record.seconds;
        let group = Group { from: record.from(), user: record.user.into(), day: time.div_euclid(DAY) };
        if let Some(tally) = self.groups.get_mut(&group) {
            tally.add(time);
        } else if self.groups.len() < MAX_GROUPS {
            self.groups.insert(group, Tally { count: 1, first: time, last: time });
        } else {
            self.beyond.get_or_insert(Tally { count: 0, first: time, last: time }).add(time);
        }
    }

    /// All groups, in their order.
    pub fn groups(&self) -> Vec<(&Group, Tally)> {
        let mut groups: Vec<_> = self.groups.iter().map(|(group, tally)| (group, *tally)).collect();
        groups.sort_by_key(|(group, _)| *group);
        groups
    }

    /// Failures of groups that came when there were too many already.
    pub fn beyond(&self) -> Option<Tally> {
        self.beyond
    }
}

impl Tally {
    fn add(&mut self, time: i64) {
        self.count += 1;
        (self.first, self.last) = (self.first.min(time), self.last.max(time));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Records;
    use super::super::samples::{LAYOUTS, file};
    use super::*;

    #[test]
    fn one_line_for_an_address_an_account_and_a_day() {
        let lines = "
            6 1 ssh:notty root 192.0.2.7 86500
            6 2 ssh:notty root 192.0.2.7 86400
            6 3 ssh:notty root 192.0.2.7 172800
            6 3 ssh:notty ann 192.0.2.7 86400
            6 4 tty1 ann - 86400
            0
        ";
        let (bytes, mut failures) = (file(lines, LAYOUTS[0]), Failures::default());
        Records::new(&bytes, LAYOUTS[0]).for_each(|record| failures.see(&record));
        let line = |(group, tally): (&Group, Tally)| {
            format!(
                "{}|{}|{} {} {}-{}",
                group.from.lossy(),
                group.user.lossy(),
                group.day,
                tally.count,
                tally.first,
                tally.last
            )
        };
        let said: Vec<String> = failures.groups().into_iter().map(line).collect();
        let expected = [
            "|ann|1 1 86400-86400",
            "192.0.2.7|ann|1 1 86400-86400",
            "192.0.2.7|root|1 2 86400-86500",
            "192.0.2.7|root|2 1 172800-172800",
        ];
        assert_eq!(said, expected);
        assert_eq!(failures.beyond(), None);
    }

    #[test]
    fn groups_are_bounded() {
        let mut failures = Failures::default();
        for at in 0..MAX_GROUPS as i64 + 3 {
            let bytes = file(&format!("6 1 ssh:notty u{at} 192.0.2.7 1000"), LAYOUTS[0]);
            Records::new(&bytes, LAYOUTS[0]).for_each(|record| failures.see(&record));
        }
        assert_eq!(failures.groups().len(), MAX_GROUPS);
        assert_eq!(failures.beyond().map(|tally| tally.count), Some(3));
    }
}
