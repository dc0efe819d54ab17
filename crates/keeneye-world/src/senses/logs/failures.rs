//! Failed attempts, each counted once although several logs tell of it.

use crate::logs::tally;
use keeneye_facts::{Failures, LogKind, Text};
use std::collections::{BTreeMap, HashMap, HashSet};

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
    by: HashMap<Key, BTreeMap<Teller, Vec<Failures>>>,
}

impl Counted {
    /// What a log of this series counted.
    pub(super) fn take(&mut self, series: &Text, sums: &[tally::Failures], addresses: &[tally::OfAddress]) {
        let day = |sum: &tally::Failures| sum.first.1.map(|first| first.seconds.div_euclid(DAY));
        let unknown = sums.iter().filter(|sum| sum.attempts.unknown > 0);
        let unknown: HashSet<_> = unknown.map(|sum| (day(sum), &sum.from)).collect();
        for sum in sums {
            let mut lines = sum.attempts;
            // PAM does not name accounts that do not exist, and the program that asked it does.
            if sum.user.is_empty() && unknown.contains(&(day(sum), &sum.from)) {
                lines.pam = 0;
            }
            let (Some((kind, count)), Some(first)) = (attempts(&lines), sum.first.1) else { continue };
            let first = first.seconds;
            let last = sum.last.1.map_or(first, |last| last.seconds);
            let (from, user) = (sum.from.clone(), sum.user.clone());
            self.add(series, Failures { kind, from, user, names: 0, count, first, last });
        }
        for sum in addresses {
            let (Some((kind, count)), Some((first, last))) = (attempts(&sum.attempts), sum.times) else { continue };
            let (from, names) = (sum.from.clone(), sum.names);
            self.add(series, Failures { kind, from, user: Text::default(), names, count, first, last });
        }
    }

    pub(super) fn add(&mut self, series: &Text, failures: Failures) {
        let key = (failures.first.div_euclid(DAY), failures.from.clone(), failures.user.clone());
        let tellers = self.by.entry(key).or_default();
        tellers.entry(series.clone()).or_default().push(failures);
    }

    /// Of those who tell of the same the one that tells best, in order of time; and how many attempts had no room.
    pub(super) fn tell(self) -> (Vec<Failures>, u64) {
        let told: Vec<(Teller, Vec<Failures>)> = self.by.into_values().filter_map(best).collect();
        let names = Names::of(&told);
        let is_told = |teller: &Teller, sum: &Failures| sum.user.is_empty() && names.tell(teller, sum);
        let mut told: Vec<Failures> =
            told.iter().flat_map(|(teller, sums)| sums.iter().filter(|sum| !is_told(teller, sum))).cloned().collect();
        told.sort_by_key(|failures| std::cmp::Reverse(failures.count));
        let beyond = told.get(MAX_TOLD..).unwrap_or_default().iter().map(|failures| failures.count).sum();
        told.truncate(MAX_TOLD);
        told.sort_by(|a, b| (a.first, &a.from, &a.user).cmp(&(b.first, &b.from, &b.user)));
        (told, beyond)
    }
}

/// What logs tell by names, by address.
struct Names<'a>(HashMap<&'a Text, Vec<(&'a Teller, &'a Failures)>>);

impl<'a> Names<'a> {
    fn of(told: &'a [(Teller, Vec<Failures>)]) -> Self {
        let mut names: HashMap<&Text, Vec<(&Teller, &Failures)>> = HashMap::new();
        for (teller, sum) in told.iter().flat_map(|(teller, sums)| sums.iter().map(move |sum| (teller, sum))) {
            if !sum.user.is_empty() && !sum.from.is_empty() {
                names.entry(&sum.from).or_default().push((teller, sum));
            }
        }
        Self(names)
    }

    /// Another log tells about as many attempts of that address in that time, and by names: it tells the same.
    fn tell(&self, teller: &Teller, sum: &Failures) -> bool {
        let of_address = self.0.get(&sum.from).into_iter().flatten();
        let others =
            of_address.filter(|(other, named)| *other != teller && named.last >= sum.first && named.first <= sum.last);
        let mut counts: BTreeMap<&Teller, u64> = BTreeMap::new();
        others.for_each(|(other, named)| *counts.entry(other).or_default() += named.count);
        counts.into_values().any(|count| count >= sum.count - sum.count / 4)
    }
}

/// The one that counted most. Where others counted about as many, the one that tells more exactly when: logs keep apart
/// what was before and what behind a login.
fn best(tellers: BTreeMap<Teller, Vec<Failures>>) -> Option<(Teller, Vec<Failures>)> {
    let count = |sums: &[Failures]| sums.iter().map(|sum| sum.count).sum::<u64>();
    let most = tellers.values().map(|sums| count(sums)).max()?;
    let near = tellers.into_iter().filter(|(_, sums)| count(sums) >= most - most / 4);
    near.max_by_key(|(_, sums)| (sums.len(), count(sums)))
}

/// One attempt writes several lines: what is told most often tells how many there were. Keys alone are no attempts,
/// since programs try all that they have.
fn attempts(lines: &tally::Attempts) -> Option<(LogKind, u64)> {
    let tried = u64::from(lines.password) + u64::from(lines.other);
    let unknown = lines.unknown > 0;
    let failed = tried.max(lines.pam.into()).max(lines.unknown.into());
    let told = match (u64::from(lines.denied), unknown) {
        (denied, _) if denied > failed => (LogKind::Denied, denied),
        (_, true) => (LogKind::UnknownUser, failed),
        (_, false) => (LogKind::Failed, failed),
    };
    Some(told).filter(|(_, count)| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::LogTime;

    #[test]
    fn what_two_logs_tell_is_counted_once() {
        let failures = |kind, count| Failures {
            kind,
            from: "192.0.2.7".into(),
            user: "a".into(),
            names: 0,
            count,
            first: 10,
            last: 20,
        };
        let mut counted = Counted::default();
        for series in ["auth.log", "journal"] {
            counted.add(&series.into(), failures(LogKind::Failed, 5));
        }
        let later = || Failures { first: 80, last: 90, ..failures(LogKind::Failed, 2) };
        counted.add(&"auth.log".into(), later());
        counted.add(&"btmp".into(), Failures { last: 90, ..failures(LogKind::Failed, 8) });
        assert_eq!(counted.tell(), (vec![failures(LogKind::Failed, 5), later()], 0), "who tells best when");
    }
    #[test]
    fn what_one_log_tells_by_name_and_another_by_address_is_counted_once() {
        let failed = |user: &str, names, count, first| Failures {
            kind: LogKind::Failed,
            from: "192.0.2.7".into(),
            user: user.into(),
            names,
            count,
            first,
            last: first + 9,
        };
        let mut counted = Counted::default();
        counted.add(&"journal".into(), Failures { last: DAY + 9, ..failed("", 2, 8, 10) });
        let named = [failed("a", 0, 4, 10), failed("b", 0, 3, DAY)];
        named.iter().for_each(|sum| counted.add(&"auth.log".into(), sum.clone()));
        assert_eq!(counted.tell(), (named.to_vec(), 0), "who tells names tells more");
        let mut counted = Counted::default();
        counted.add(&"mail.log".into(), failed("", 0, 80, 10));
        counted.add(&"auth.log".into(), failed("a", 0, 4, 10));
        assert_eq!(counted.tell().0.len(), 2, "few of these can be those");
    }
    #[test]
    fn what_pam_says_of_nobody_is_of_the_name_beside_it() {
        let at = (0, Some(LogTime { seconds: 10, ..LogTime::default() }));
        let sum = |user: &str, attempts| tally::Failures {
            user: user.into(),
            from: "192.0.2.7".into(),
            attempts,
            first: at,
            last: at,
        };
        let none = tally::Attempts::default();
        let named = sum("admin", tally::Attempts { password: 1, unknown: 1, ..none });
        let nobody = sum("", tally::Attempts { pam: 1, ..none });
        let told = |sums: &[tally::Failures]| {
            let mut counted = Counted::default();
            counted.take(&"auth.log".into(), sums, &[]);
            counted.tell().0.into_iter().map(|told| (told.user.lossy().into_owned(), told.count)).collect::<Vec<_>>()
        };
        assert_eq!(told(&[named, nobody.clone()]), [("admin".to_owned(), 1)]);
        assert_eq!(told(&[nobody]), [(String::new(), 1)]);
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
        assert_eq!(attempts(&lines), Some((LogKind::UnknownUser, 5)));
        assert_eq!(
            attempts(&tally::Attempts { unknown: 3, ..tally::Attempts::default() }),
            Some((LogKind::UnknownUser, 3))
        );
        assert_eq!(attempts(&tally::Attempts { key: 90, ..tally::Attempts::default() }), None);
    }
}
