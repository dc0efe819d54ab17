//! How much the logs of one look may come to.
//!
//! There may be hundreds of logs, and somebody may have filled all of them. So there is one measure for all: what the
//! first ones take, the later ones do not have. A look asks for the newest first.

use super::LogRead;
use crate::logs::tally::Limits;

/// Bytes of compressed logs, unpacked: somebody may have made them of zeros.
const UNPACKED: u64 = 4 << 30;
/// The same of one log.
const UNPACKED_OF_ONE: u64 = 2 << 30;
/// Bytes of lines, of failed attempts, of what repeats, of hours with lines, and of login records, as a recording has
/// them before it is compressed: less than 20 MB together. Each has its own, so that none pushes out another.
const LINES: usize = 5 << 20;
const SUMS: usize = 21 << 18;
const REPEATS: usize = 1 << 20;
const HOURS: usize = 1 << 20;
const RECORDS: usize = 5 << 20;
/// Ranges of numbers of entries of journals, 90 bytes each. The entries of users, in journals of their own, share the
/// numbers: somebody who logs much makes many.
const RANGES: usize = 20_000;
/// What is kept of one log: a look holds it several times over, and shall stay small.
const MOST: Limits = Limits { lines: 4 << 20, sums: 20_000, addresses: 20_000, repeats: 20_000, hours: 90_000 };
/// What a line, a sum, one by address and an hour cost in a recording, besides their texts.
const LINE: usize = 72;
const SUM: usize = 175;
const OF_ADDRESS: usize = 115;
/// Most addresses are no longer.
const ADDRESS: usize = 15;
const HOUR: usize = 48;

/// What is left. One log takes at most half of it, so that one alone does not silence all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    unpacked: u64,
    lines: usize,
    sums: usize,
    repeats: usize,
    hours: usize,
    records: usize,
    ranges: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            unpacked: UNPACKED,
            lines: LINES,
            sums: SUMS,
            repeats: REPEATS,
            hours: HOURS,
            records: RECORDS,
            ranges: RANGES,
        }
    }
}

impl Budget {
    /// Of both what is left less.
    pub fn or_less(self, other: Self) -> Self {
        Self {
            unpacked: self.unpacked.min(other.unpacked),
            lines: self.lines.min(other.lines),
            sums: self.sums.min(other.sums),
            repeats: self.repeats.min(other.repeats),
            hours: self.hours.min(other.hours),
            records: self.records.min(other.records),
            ranges: self.ranges.min(other.ranges),
        }
    }

    /// What of one log may be kept.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            lines: MOST.lines.min(self.lines / 2),
            // Together half: a tenth for each pool of names, the rest for addresses.
            sums: MOST.sums.min(self.sums / 10 / SUM),
            addresses: MOST.addresses.min(self.sums / 10 * 3 / (OF_ADDRESS + ADDRESS)),
            repeats: MOST.repeats.min(self.repeats / 2 / SUM),
            hours: MOST.hours.min(self.hours / 2 / HOUR),
        }
    }

    /// Bytes that one compressed log may come to.
    pub(super) fn unpacked(&self) -> u64 {
        UNPACKED_OF_ONE.min(self.unpacked)
    }

    /// Bytes of login records.
    pub(super) fn records(&self) -> usize {
        self.records / 2
    }

    /// Ranges of numbers of one journal.
    pub(super) fn ranges(&self) -> usize {
        self.ranges / 2
    }

    /// Takes off what was read of one log.
    pub(super) fn spend(&mut self, read: &LogRead, is_packed: bool) {
        if is_packed {
            self.unpacked = self.unpacked.saturating_sub(read.bytes);
        }
        let serials = read.serials.as_ref().map_or(0, |serials| serials.weight());
        self.sums = self.sums.saturating_sub(serials);
        let ranges = read.journal.as_ref().map_or(0, |journal| journal.sequence.ranges.len());
        self.ranges = self.ranges.saturating_sub(ranges);
        self.records = self.records.saturating_sub(read.extents.weight());
        self.sums =
            self.sums.saturating_sub(read.failures.iter().map(|sum| SUM + sum.from.len() + sum.user.len()).sum());
        let Some(tallied) = &read.tallied else { return };
        self.lines = self.lines.saturating_sub(tallied.lines.iter().map(|line| LINE + line.text.len()).sum());
        let attempts: usize = tallied.failures.iter().map(|sum| SUM + sum.from.len() + sum.user.len()).sum();
        let addresses: usize = tallied.addresses.iter().map(|sum| OF_ADDRESS + sum.from.len()).sum();
        let repeats: usize = tallied.repeats.iter().map(|sum| SUM + sum.user.len() + sum.command.len()).sum();
        self.sums = self.sums.saturating_sub(attempts + addresses);
        self.repeats = self.repeats.saturating_sub(repeats);
        self.hours = self.hours.saturating_sub(HOUR * tallied.hours.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log_read::{Extents, Source, read};
    use keeneye_facts::LogForm;

    fn read_one(budget: &mut Budget, form: LogForm, bytes: &[u8]) -> LogRead {
        read(Source { form, bytes, from: 0, written: 1_700_000_000, zone: b"" }, budget)
    }

    #[test]
    fn bombs_have_one_budget() {
        let bomb = zstd::encode_all(&vec![0; 6 << 20][..], 3).expect("packed");
        let mut budget = Budget { unpacked: 10 << 20, ..Budget::default() };
        let (first, second) =
            (read_one(&mut budget, LogForm::Syslog, &bomb), read_one(&mut budget, LogForm::Syslog, &bomb));
        assert_eq!((first.bytes, first.cut), (6 << 20, None));
        assert!(second.bytes < 5 << 20);
        assert_eq!(second.cut.as_deref(), Some("4 MiB of it, unpacked"));
        let third = read_one(&mut budget, LogForm::Syslog, &bomb);
        assert!(third.bytes <= 256 << 10, "{}", third.bytes);
        let plain = read_one(&mut budget, LogForm::Syslog, &vec![b'x'; 1 << 20]);
        assert_eq!((plain.bytes, plain.cut), (1 << 20, None), "what is not compressed has nothing to do with it");
    }

    /// Of so many lines that let somebody in.
    fn logins(lines: usize) -> Vec<u8> {
        let line =
            |n| format!("2023-11-14T10:00:00Z h sshd[41]: Accepted password for u{n} from 192.0.2.7 port 4 ssh2\n");
        (0..lines).map(line).collect::<String>().into_bytes()
    }

    #[test]
    fn lines_of_all_logs_stay_within_it() {
        let (log, mut budget) = (logins(30_000), Budget::default());
        let (mut bytes, mut lines) = (0, Vec::new());
        for _ in 0..8 {
            let tallied = read_one(&mut budget, LogForm::Syslog, &log).tallied.expect("lines");
            assert_eq!(tallied.lines.len() as u64 + tallied.lines_cut, 30_000, "what is left out is told");
            bytes += serde_json::to_vec(&tallied.lines).expect("an answer").len();
            lines.push(tallied.lines.len());
        }
        assert!(bytes < LINES, "{bytes}");
        assert!(lines.is_sorted_by(|before, after| before > after), "{lines:?}");
    }

    #[test]
    fn sums_of_all_logs_stay_within_it() {
        let line = |n: u32| {
            let [.., b, c, d] = n.to_be_bytes();
            format!("2023-11-14T10:00:00Z h sshd[41]: Failed password for root from 10.{b}.{c}.{d} port 4 ssh2\n")
        };
        let log = (0..20_000).map(line).collect::<String>().into_bytes();
        let (mut bytes, mut budget) = (0, Budget::default());
        for _ in 0..6 {
            let tallied = read_one(&mut budget, LogForm::Syslog, &log).tallied.expect("lines");
            let (named, addresses) = (tallied.failures.iter(), tallied.addresses.iter());
            let told = named.map(|sum| sum.attempts).chain(addresses.map(|sum| sum.attempts));
            let told = told.map(|attempts| u64::from(attempts.password));
            assert_eq!(told.sum::<u64>() + tallied.uncounted, 20_000);
            bytes += serde_json::to_vec(&(tallied.failures, tallied.addresses)).expect("an answer").len();
        }
        assert!(bytes < SUMS, "{bytes}");
    }

    #[test]
    fn of_login_records_the_newest_stay() {
        let record = |n: u32| {
            let mut record = vec![0; 384];
            record[..2].copy_from_slice(&7_u16.to_le_bytes());
            record[4..8].copy_from_slice(&n.to_le_bytes());
            record[8..13].copy_from_slice(b"pts/0");
            record[44..47].copy_from_slice(b"ann");
            record[340..344].copy_from_slice(&(1_700_000_000 + n).to_le_bytes());
            record
        };
        let file: Vec<u8> = (0..30_000).flat_map(record).collect();
        let mut budget = Budget::default();
        let mut kept = Vec::new();
        for _ in 0..4 {
            let LogRead { extents, cut, .. } = read_one(&mut budget, LogForm::Wtmp, &file);
            let Extents { from, end, .. } = extents;
            assert_eq!((end, from % 384), (file.len() as u64, 0));
            assert!(cut.is_some_and(|cut| cut.contains(&from.to_string())), "{from}");
            assert_eq!(extents.whole(), file[from as usize..]);
            let json = serde_json::to_vec(&extents).expect("an answer").len();
            kept.push((extents.whole().len() / 384, json));
        }
        assert!(kept.iter().map(|(_, json)| json).sum::<usize>() < RECORDS, "{kept:?}");
        assert!(kept[0].0 > 10_000, "{kept:?}");
    }

    #[test]
    fn the_lesser_of_two() {
        let (less, more) = (Budget { lines: 5, ..Budget::default() }, Budget { unpacked: 7, ..Budget::default() });
        assert_eq!(less.or_less(more), Budget { lines: 5, unpacked: 7, ..Budget::default() });
    }
}
