//! When a log was silent for longer than is usual for it.
//!
//! What is known of a log are the hours in which it has lines, and the first line of each. Silences in which the machine
//! was off or slept count as nothing, and neither do those that come back every week or every day.

use keeneye_facts::{LogFile, LogOddity, LogTime, Text};
use std::collections::{BTreeMap, BTreeSet};

/// A log has a rhythm after so many hours with lines, over so many seconds.
const HOURS: usize = 72;
const WEEK: i64 = 7 * DAY;
const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
/// What is usual is what is left without the longest of a thousand silences, and without a few at the least: several
/// holes must not hide one another.
const OF_THOUSAND: usize = 1_000;
const AT_LEAST: usize = 3;
const AT_MOST: usize = 20;
/// Seconds by which silences that come back every week or day begin earlier or later.
const PUNCTUAL: i64 = 3 * HOUR;
/// Seconds between the line before a silence and the start or stop of the machine that explains it.
const NEAR: i64 = 600;

/// Hours with lines, of each series, with the file that has them.
#[derive(Default)]
pub(super) struct Hours {
    by: BTreeMap<Text, Vec<(i64, usize)>>,
    /// Series of which lines were not read.
    spoiled: BTreeSet<Text>,
}

/// Nothing was written between these, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
struct Gap {
    from: i64,
    to: i64,
    /// The file that goes on behind it.
    file: usize,
}

impl Gap {
    /// Between the first lines of two hours. All of the first hour may have had lines.
    fn new((first, _): (i64, usize), (to, file): (i64, usize)) -> Self {
        let end = first.div_euclid(HOUR).saturating_add(1).saturating_mul(HOUR);
        Self { from: end.min(to), to, file }
    }

    fn length(self) -> i64 {
        self.to.saturating_sub(self.from)
    }

    /// The machine was started, stopped or asleep then. `stops` are in order.
    fn is_explained(self, stops: &[i64]) -> bool {
        let at = stops.partition_point(|stop| *stop < self.from.saturating_sub(HOUR + NEAR));
        stops.get(at).is_some_and(|stop| *stop <= self.to.saturating_add(NEAR))
    }

    /// Both begin at one time of a week, or of a day.
    fn returns(self, other: Self, every: i64) -> bool {
        let apart = self.from.abs_diff(other.from).cast_signed();
        let off = apart.rem_euclid(every);
        apart >= every / 2 && off.min(every - off) <= PUNCTUAL
    }
}

impl Hours {
    pub(super) fn take(&mut self, series: &Text, file: usize, hours: &[(LogTime, u32)]) {
        let times = hours.iter().map(|(time, _)| (time.seconds, file));
        self.by.entry(series.clone()).or_default().extend(times);
    }

    /// Not all lines of that series were read, so it may only seem to be silent.
    pub(super) fn spoil(&mut self, series: &Text) {
        self.spoiled.insert(series.clone());
    }

    /// The longest silences of each series, beside what is usual for it. `stops` are times at which the machine was
    /// started, stopped or put to sleep, or its clock was set.
    pub(super) fn tell(self, stops: &mut [i64], files: &mut [LogFile]) {
        stops.sort_unstable();
        for (_, mut times) in self.by.into_iter().filter(|(series, _)| !self.spoiled.contains(series)) {
            times.sort_unstable();
            let span = times.last().zip(times.first()).map_or(0, |(last, first)| last.0.saturating_sub(first.0));
            if times.len() < HOURS || span < WEEK {
                continue;
            }
            let gaps = times.iter().zip(times.iter().skip(1)).map(|(one, other)| Gap::new(*one, *other));
            let (usual, longest) = longest(gaps.filter(|gap| !gap.is_explained(stops)).collect());
            for gap in longest {
                if let Some(file) = files.get_mut(gap.file) {
                    file.oddities.push(LogOddity::Silent { from: gap.from, to: gap.to, usual });
                }
            }
        }
    }
}

/// What is usual, and what is longer, without what comes back.
fn longest(mut gaps: Vec<Gap>) -> (i64, Vec<Gap>) {
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.length()));
    let most = (gaps.len() / OF_THOUSAND).clamp(AT_LEAST, AT_MOST);
    let usual = gaps.get(most).map_or(0, |gap| gap.length()).max(HOUR);
    let long: Vec<Gap> = gaps.into_iter().take(most).filter(|gap| gap.length() > usual).collect();
    let weekly = without(&long, WEEK, 1);
    (usual, without(&weekly, DAY, 2))
}

/// Without those that so many others come back after, every day or every week.
fn without(gaps: &[Gap], every: i64, others: usize) -> Vec<Gap> {
    let comes_back = |gap: &&Gap| {
        let alike = |other: &&Gap| gap.returns(**other, every) && other.length() > gap.length() / 2;
        gaps.iter().filter(alike).count() >= others
    };
    gaps.iter().filter(|gap| !comes_back(gap)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::LogForm;

    /// Silences as `from-to`, in hours, with what is usual, where these hours have lines.
    fn told_with(hours: impl Iterator<Item = i64>, stops: &[i64]) -> Vec<String> {
        told_of("messages", hours, stops)
    }
    fn told_of(spoiled: &str, hours: impl Iterator<Item = i64>, stops: &[i64]) -> Vec<String> {
        let hours: Vec<_> = hours.map(|hour| (LogTime { seconds: hour * HOUR, ..LogTime::default() }, 1)).collect();
        let mut silence = Hours::default();
        silence.take(&"auth.log".into(), 0, &hours);
        silence.spoil(&spoiled.into());
        let mut files = [LogFile {
            path: "auth.log".into(),
            form: LogForm::Syslog,
            stat: None,
            entries: 0,
            first: None,
            last: None,
            sshd: 0,
            sshd_understood: 0,
            logins_from: None,
            oddities: Vec::new(),
        }];
        let mut stops: Vec<i64> = stops.iter().map(|hour| hour * HOUR).collect();
        silence.tell(&mut stops, &mut files);
        let said = |odd: &LogOddity| match odd {
            LogOddity::Silent { from, to, usual } => format!("{}-{} {}", from / HOUR, to / HOUR, usual / HOUR),
            other => format!("{other:?}"),
        };
        files[0].oddities.iter().map(said).collect()
    }
    fn told(hours: impl Iterator<Item = i64>) -> Vec<String> {
        told_with(hours, &[])
    }

    #[test]
    fn a_silence_of_a_log_that_never_is_silent() {
        assert_eq!(told((0..100).chain(130..250)), ["100-130 1"]);
        assert_eq!(told_of("auth.log", (0..100).chain(130..250), &[]), [""; 0], "lines of it were not read");
        assert_eq!(told((0..100).chain(104..5_000)), ["100-104 1"], "one hole among thousands of noisy hours");
        assert_eq!(told(0..250), [""; 0]);
        assert_eq!(told((0..20).chain(90..110)), [""; 0], "too few to have a rhythm");
    }
    #[test]
    fn several_holes_do_not_hide_one_another() {
        let holes = (0..100).chain(130..250).chain(280..300);
        assert_eq!(told(holes), ["100-130 1", "250-280 1"]);
    }
    #[test]
    fn nights_are_usual() {
        let nights = |hour: &i64| (6..22).contains(&(hour % 24));
        assert_eq!(told((0..1_000).filter(nights)), [""; 0]);
        assert_eq!(told((0..1_000).filter(nights).filter(|hour| !(400..470).contains(hour))), ["400-470 8"]);
    }
    #[test]
    fn weekends_come_back() {
        let working = |hour: &i64| hour % 24 >= 8 && hour / 24 % 7 < 5;
        assert_eq!(told((0..24 * 21).filter(working)), [""; 0]);
        let holiday = |hour: &i64| !(24 * 8..24 * 10).contains(hour);
        assert_eq!(told((0..24 * 21).filter(working).filter(holiday)), ["192-248 8"]);
    }
    #[test]
    fn a_machine_that_was_off_was_not_silent() {
        let hours = || (0..100).chain(130..250).chain(300..400);
        assert_eq!(told_with(hours(), &[130]), ["250-300 1"]);
        assert_eq!(told_with(hours(), &[299, 100]), [""; 0]);
    }
}
