//! Failed attempts, each counted once although several logs tell of it.

use crate::logs::tally;
use keeneye_facts::{Failures, LogKind, Text};
use std::collections::{BTreeMap, HashMap};

/// Sums that are told; of more, those of most attempts.
const MAX_TOLD: usize = 100_000;
const DAY: i64 = 86_400;

/// What makes attempts one sum: the day, the other side, the account.
type Key = (i64, Text, Text);
/// Each log tells of all attempts.
type Teller = Text;

/// Attempts as each log counts them.
#[derive(Default)]
pub(super) struct Counted {
    by: HashMap<Key, BTreeMap<Teller, Failures>>,
}

impl Counted {
    /// Sums of a log of this series.
    pub(super) fn take(&mut self, series: &Text, sums: impl Iterator<Item = tally::Failures>) {
        for sum in sums {
            let (Some((kind, count)), Some(first)) = (attempts(&sum.attempts), sum.first.1) else { continue };
            self.add(
                series,
                Failures {
                    kind,
                    from: sum.from,
                    user: sum.user,
                    count,
                    first: first.seconds,
                    last: sum.last.1.map_or(first.seconds, |last| last.seconds),
                },
            );
        }
    }

    pub(super) fn add(&mut self, series: &Text, failures: Failures) {
        let key = (failures.first.div_euclid(DAY), failures.from.clone(), failures.user.clone());
        let tellers = self.by.entry(key).or_default();
        match tellers.get_mut(series) {
            Some(known) => {
                known.count += failures.count;
                (known.first, known.last) = (known.first.min(failures.first), known.last.max(failures.last));
            }
            None => drop(tellers.insert(series.clone(), failures)),
        }
    }

    /// Of those who tell of the same the one that counted most, in order of time; and how many attempts had no room.
    pub(super) fn tell(self) -> (Vec<Failures>, u64) {
        let most = |tellers: BTreeMap<Teller, Failures>| tellers.into_values().max_by_key(|failures| failures.count);
        let mut told: Vec<Failures> = self.by.into_values().filter_map(most).collect();
        told.sort_by_key(|failures| std::cmp::Reverse(failures.count));
        let beyond = told.get(MAX_TOLD..).unwrap_or_default().iter().map(|failures| failures.count).sum();
        told.truncate(MAX_TOLD);
        told.sort_by(|a, b| (a.first, &a.from, &a.user).cmp(&(b.first, &b.from, &b.user)));
        (told, beyond)
    }
}

/// One attempt writes several lines: what is told most often tells how many there were. Keys alone are no attempts,
/// since programs try all that they have.
fn attempts(lines: &tally::Attempts) -> Option<(LogKind, u64)> {
    let tried = u64::from(lines.password) + u64::from(lines.other);
    let kinds = [
        (LogKind::Failed, tried.max(u64::from(lines.pam))),
        (LogKind::UnknownUser, lines.unknown.into()),
        (LogKind::Denied, lines.denied.into()),
    ];
    // The first of equal ones.
    kinds.into_iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_logs_tell_is_counted_once() {
        let failures =
            |kind, count| Failures { kind, from: "192.0.2.7".into(), user: "a".into(), count, first: 10, last: 20 };
        let mut counted = Counted::default();
        for series in ["auth.log", "journal"] {
            counted.add(&series.into(), failures(LogKind::Failed, 5));
        }
        counted.add(&"auth.log".into(), Failures { last: 90, ..failures(LogKind::Failed, 2) });
        assert_eq!(counted.tell(), (vec![Failures { last: 90, ..failures(LogKind::Failed, 7) }], 0));
    }
    #[test]
    fn what_has_no_room_is_told() {
        let mut counted = Counted::default();
        for n in 0..MAX_TOLD + 2 {
            let (from, count) = (format!("h{n}").into(), if n == 7 { 1 } else { 3 });
            counted.add(&"btmp".into(), Failures { from, count, ..Failures::default() });
        }
        let (told, beyond) = counted.tell();
        assert_eq!((told.len(), beyond), (MAX_TOLD, 4), "the fewest are left out");
    }
    #[test]
    fn one_attempt_writes_several_lines() {
        let lines = tally::Attempts { password: 5, pam: 4, unknown: 5, key: 90, ..tally::Attempts::default() };
        assert_eq!(attempts(&lines), Some((LogKind::Failed, 5)));
        assert_eq!(
            attempts(&tally::Attempts { unknown: 3, ..tally::Attempts::default() }),
            Some((LogKind::UnknownUser, 3))
        );
        assert_eq!(attempts(&tally::Attempts { key: 90, ..tally::Attempts::default() }), None);
    }
}
