//! Numbers of entries, and which of them are missing.
//!
//! journald counts the entries of all its files with one count: a number that is not in the system's journal may be in
//! that of a user. So holes are looked for in all files together.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Ranges that are told apart in one file; 32 bytes each.
const MAX_RANGES: usize = 250_000;

/// Numbers without a gap between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Range {
    /// The first number.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// When the first was written, in microseconds since 1970.
    pub from: u64,
    /// When the last was written.
    pub until: u64,
}

/// The numbers of a file's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// Who counted.
    pub id: [u8; 16],
    /// In the order of the file.
    pub ranges: Vec<Range>,
    /// There were more ranges than can be told: nothing can be said about holes behind the last.
    pub is_cut: bool,
}

/// Numbers that no entry has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Who counted.
    pub id: [u8; 16],
    /// The first number that is missing.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// When the entry before it was written, in microseconds since 1970.
    pub from: u64,
    /// When the entry behind it was written.
    pub until: u64,
}

impl Sequence {
    pub(crate) fn add(&mut self, number: u64, time: u64) {
        if self.is_cut {
            return;
        }
        if let Some(range) = self.ranges.last_mut().filter(|range| range.last.checked_add(1) == Some(number)) {
            (range.last, range.until) = (number, time);
        } else if self.ranges.len() < MAX_RANGES {
            self.ranges.push(Range { first: number, last: number, from: time, until: time });
        } else {
            self.is_cut = true;
        }
    }

    /// Forgets all but the first ranges.
    pub(crate) fn shorten(&mut self, ranges: usize) {
        self.is_cut |= self.ranges.len() > ranges;
        self.ranges.truncate(ranges);
    }
}

/// What is missing between the first and the last entry of each count, over all files. A count of which one file could not
/// be told to its end has no holes behind that.
pub fn holes<'a>(files: impl IntoIterator<Item = &'a Sequence>) -> Vec<Hole> {
    let mut counts: BTreeMap<[u8; 16], (Vec<Range>, u64)> = BTreeMap::new();
    for file in files {
        let (ranges, known) = counts.entry(file.id).or_insert((Vec::new(), u64::MAX));
        ranges.extend(&file.ranges);
        if file.is_cut {
            *known = file.ranges.last().map_or(0, |range| range.last).min(*known);
        }
    }
    let mut holes = Vec::new();
    for (id, (mut ranges, known)) in counts {
        ranges.sort_unstable();
        let mut reached: Option<Range> = None;
        for range in ranges.into_iter().take_while(|range| range.first <= known) {
            if let Some(before) = reached
                && let Some(first) = before.last.checked_add(1)
                && first < range.first
            {
                holes.push(Hole { id, first, last: range.first - 1, from: before.until, until: range.from });
            }
            if reached.is_none_or(|before| before.last < range.last) {
                reached = Some(range);
            }
        }
    }
    holes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(id: u8, numbers: &[u64]) -> Sequence {
        let mut sequence = Sequence { id: [id; 16], ..Sequence::default() };
        numbers.iter().for_each(|number| sequence.add(*number, number.saturating_mul(10)));
        sequence
    }

    #[test]
    fn what_is_in_another_file_is_not_missing() {
        let files = [sequence(1, &[5, 6, 9, 10, 14]), sequence(1, &[7, 8, 11]), sequence(2, &[12, 13])];
        let missing = Hole { id: [1; 16], first: 12, last: 13, from: 110, until: 140 };
        assert_eq!(holes(&files), [missing]);
        assert_eq!(holes(&files[..1]).len(), 2);
    }

    #[test]
    fn numbers_that_run_backwards_or_twice_make_no_hole() {
        assert_eq!(holes(&[sequence(1, &[3, 4, 1, 2, 2, 3, 4, u64::MAX])]).len(), 1);
        assert_eq!(holes(&[]), []);
    }
}
