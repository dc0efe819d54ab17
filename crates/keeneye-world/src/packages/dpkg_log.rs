//! dpkg's log: `2026-11-29 15:30:00 upgrade libc6:amd64 2.36-9 2.36-10`, in local time.

use crate::calendar;
use bstr::ByteSlice;
use std::collections::{BTreeSet, HashMap};

/// Seconds. The log tells no time zone.
const DAY: i64 = 86_400;

/// What the log says, read once for all packages.
pub(crate) struct Log<'a> {
    /// Midnight of its first and its last day.
    reach: Option<(i64, i64)>,
    /// The days on which it names a package.
    named: HashMap<&'a [u8], BTreeSet<i64>>,
}

impl<'a> Log<'a> {
    /// Of these packages.
    pub(crate) fn new(log: &[u8], packages: impl Iterator<Item = &'a str>) -> Self {
        let mut named: HashMap<&[u8], BTreeSet<i64>> =
            packages.map(|package| (package.as_bytes(), BTreeSet::new())).collect();
        let mut reach = None;
        for line in log.lines() {
            let Some(day) = day(line) else { continue };
            reach = Some((reach.map_or(day, |(first, _)| first), day));
            for word in line.split(|byte| *byte == b' ').skip(3) {
                let name = word.split(|byte| *byte == b':').next().unwrap_or_default();
                if let Some(days) = named.get_mut(name) {
                    days.insert(day);
                }
            }
        }
        Self { reach, named }
    }

    /// The log tells what dpkg did about that time (`when`, seconds since 1970), and names no such package. False where
    /// it does not reach so far back, or is no longer kept: `status` is when dpkg wrote its list of packages last.
    pub(crate) fn is_silent_on(&self, package: &str, when: i64, status: i64) -> bool {
        let Some((first, last)) = self.reach else { return false };
        if first.saturating_add(DAY) > when || last.saturating_add(DAY) < status {
            return false;
        }
        let near = when.saturating_sub(2 * DAY)..=when.saturating_add(DAY);
        self.named.get(package.as_bytes()).is_some_and(|days| days.range(near).next().is_none())
    }
}

/// Midnight of the day of a line.
fn day(line: &[u8]) -> Option<i64> {
    let mut parts = line.get(..10)?.splitn(3, |byte| *byte == b'-');
    let mut number = || parts.next()?.to_str().ok()?.parse::<i64>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    calendar::seconds([year, month, day], [0; 3])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &[u8] = b"2023-11-01 10:00:00 startup archives unpack\n\
                         2023-11-01 10:00:01 upgrade coreutils:amd64 9.1-1 9.1-2\n\
                         2023-11-20 10:00:01 status installed grep:amd64 3.8-5\n";
    /// 2023-11-14.
    const WHEN: i64 = 1_700_000_000;

    fn is_silent_on(log: &[u8], package: &str, when: i64, status: i64) -> bool {
        Log::new(log, [package].into_iter()).is_silent_on(package, when, status)
    }

    #[test]
    fn a_package_that_the_log_does_not_name_in_that_time() {
        let status = WHEN + 6 * DAY;
        assert!(is_silent_on(LOG, "coreutils", WHEN, status));
        assert!(!is_silent_on(LOG, "coreutils", WHEN - 12 * DAY, status), "the log begins then");
        assert!(!is_silent_on(LOG, "grep", status, status));
        assert!(is_silent_on(LOG, "gre", status, status));
    }
    #[test]
    fn a_log_that_is_not_kept_says_nothing() {
        assert!(!is_silent_on(b"", "coreutils", WHEN, WHEN));
        assert!(!is_silent_on(LOG, "coreutils", WHEN, WHEN + 30 * DAY));
        assert!(!is_silent_on(LOG, "coreutils", WHEN - 90 * DAY, WHEN));
        assert!(!is_silent_on(b"2023-13-01 x\n\xff\n9\n", "coreutils", WHEN, WHEN));
    }
    #[test]
    fn mutations() {
        crate::mutate::check(&[LOG], |log| {
            is_silent_on(log, "coreutils", WHEN, WHEN);
            log.lines().any(|line| day(line).is_some())
        });
    }
}
