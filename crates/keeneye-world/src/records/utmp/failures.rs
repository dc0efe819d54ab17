//! Failed logins summed: a btmp under attack grows by gigabytes, and what it tells does not.

use super::Record;
use keeneye_facts::Text;
use std::collections::HashMap;

const DAY: i64 = 86_400;

/// Failures that are one: same origin, same account, same day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// The address, else what `ut_host` says, else empty: a terminal of the machine.
    pub from: Text,
    /// The account, as it was typed; empty where all of an address were counted together.
    pub user: Text,
    /// Days since 1970, in UTC; 0 where all days were.
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
    most: usize,
    groups: HashMap<Group, Tally>,
    uncounted: u64,
}

impl Failures {
    /// So many groups are told apart, and as many addresses once there are more; about 150 bytes each.
    pub fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Takes the next record; those of zeros are no failures.
    pub fn see(&mut self, record: &Record<'_>) {
        if record.is_zeroed {
            return;
        }
        let time = record.seconds;
        let group = Group { from: record.from(), user: record.user.into(), day: time.div_euclid(DAY) };
        let is_counted = self.count(group, self.most, time) || {
            // Somebody who makes names up shall not hide who else comes from elsewhere.
            let of_address = Group { from: record.from(), user: Text::new(), day: 0 };
            self.count(of_address, self.most.saturating_mul(2), time)
        };
        self.uncounted += u64::from(!is_counted);
    }

    /// False when the group is new and there are so many already.
    fn count(&mut self, group: Group, most: usize, time: i64) -> bool {
        if let Some(tally) = self.groups.get_mut(&group) {
            tally.add(time);
            return true;
        }
        let has_room = self.groups.len() < most;
        if has_room {
            self.groups.insert(group, Tally { count: 1, first: time, last: time });
        }
        has_room
    }

    /// All groups, in their order.
    pub fn groups(&self) -> Vec<(&Group, Tally)> {
        let mut groups: Vec<_> = self.groups.iter().map(|(group, tally)| (group, *tally)).collect();
        groups.sort_by_key(|(group, _)| *group);
        groups
    }

    /// Failures that came when there were too many groups and addresses already.
    pub fn uncounted(&self) -> u64 {
        self.uncounted
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
        let (bytes, mut failures) = (file(lines, LAYOUTS[0]), Failures::new(100));
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
        assert_eq!(failures.uncounted(), 0);
    }

    #[test]
    fn groups_are_bounded() {
        let mut failures = Failures::new(10);
        let mut fail = |user: usize, address: usize| {
            let bytes = file(&format!("6 1 ssh:notty u{user} 192.0.2.{address} 1000"), LAYOUTS[0]);
            Records::new(&bytes, LAYOUTS[0]).for_each(|record| failures.see(&record));
        };
        (0..13).for_each(|user| fail(user, 7));
        (0..20).for_each(|address| fail(90, address));
        let groups = failures.groups();
        let all_of = |from: &str| groups.iter().find(|(group, _)| group.from == *from && group.user.is_empty());
        assert_eq!((groups.len(), failures.uncounted()), (20, 10));
        assert_eq!(all_of("192.0.2.7").map(|(_, tally)| tally.count), Some(4));
        assert_eq!(all_of("192.0.2.0").map(|(_, tally)| tally.count), Some(1));
    }
}
