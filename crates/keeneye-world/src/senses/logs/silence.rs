//! When a log was silent for much longer than ever.

use keeneye_facts::{LogFile, LogOddity, LogTime, Text};
use std::collections::{BTreeMap, BTreeSet};

/// A log has a rhythm after so many hours with lines, over so many seconds.
const HOURS: usize = 72;
const WEEK: i64 = 7 * 86_400;

/// Hours with lines, of each series, with the file that has them.
#[derive(Default)]
pub(super) struct Hours {
    by: BTreeMap<Text, Vec<(i64, usize)>>,
    /// Series of which lines were not read.
    spoiled: BTreeSet<Text>,
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

    /// The longest silence of each series, beside the next longest.
    pub(super) fn tell(self, files: &mut [LogFile]) {
        for (_, mut times) in self.by.into_iter().filter(|(series, _)| !self.spoiled.contains(series)) {
            times.sort_unstable();
            let span = times.last().zip(times.first()).map_or(0, |(last, first)| last.0 - first.0);
            if times.len() < HOURS || span < WEEK {
                continue;
            }
            let gaps =
                times.iter().zip(times.iter().skip(1)).map(|((from, _), (to, file))| (to - from, *from, *to, *file));
            let mut gaps: Vec<_> = gaps.collect();
            gaps.sort_unstable();
            let mut longest = gaps.into_iter().rev();
            let (Some((_, from, to, file)), Some((usual, ..))) = (longest.next(), longest.next()) else { continue };
            if let Some(file) = files.get_mut(file) {
                file.oddities.push(LogOddity::Silent { from, to, usual });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::LogForm;

    fn told(hours: impl Iterator<Item = i64>) -> Vec<LogOddity> {
        told_of("messages", hours)
    }
    fn told_of(spoiled: &str, hours: impl Iterator<Item = i64>) -> Vec<LogOddity> {
        let hours: Vec<_> = hours.map(|hour| (LogTime { seconds: hour * 3_600, ..LogTime::default() }, 1)).collect();
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
        silence.tell(&mut files);
        files[0].oddities.clone()
    }

    #[test]
    fn the_longest_silence_beside_the_next() {
        let silent = LogOddity::Silent { from: 99 * 3_600, to: 130 * 3_600, usual: 3_600 };
        assert_eq!(told((0..100).chain(130..250)), [silent]);
        assert_eq!(told_of("auth.log", (0..100).chain(130..250)), [], "lines of it were not read");
        assert_eq!(told((0..20).chain(90..110)), [], "too few to have a rhythm");
    }
}
