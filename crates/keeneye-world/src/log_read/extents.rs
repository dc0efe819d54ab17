//! Bytes of a file, without its zeros.
//!
//! Login records are mostly zeros, and files with a record for each account number are mostly holes: with an account
//! of a directory, number 100,000,000, lastlog seems to have 29 GB.

use keeneye_facts::Text;
use serde::{Deserialize, Serialize};

/// So many zeros in a row are left out.
const ZEROS: usize = 16;
/// What a part costs in a recording, besides its bytes: `[29200000292,{"hex":""}],`.
const PART: usize = 24;
/// Bytes of a file that are put together again. Answers of a forged recording could ask for more.
const WHOLE: u64 = 64 << 20;

/// A file, or its end, as parts that are not zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extents {
    /// The byte at which it begins: what stands before was left out.
    pub from: u64,
    /// Where it ends.
    pub end: u64,
    parts: Vec<(u64, Text)>,
}

impl Extents {
    /// Nothing yet, of a file that is read from this byte on.
    pub fn new(from: u64) -> Self {
        Self { from, end: from, parts: Vec::new() }
    }

    /// Nothing was read.
    pub fn is_empty(&self) -> bool {
        self.end == self.from
    }

    /// Takes the bytes at `at`; what lies between them and those before is a hole.
    pub fn add(&mut self, at: u64, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(begin) = rest.iter().position(|byte| *byte != 0) {
            rest = rest.get(begin..).unwrap_or_default();
            let length = length(rest);
            let (part, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            let place = at.saturating_add((bytes.len() - rest.len()) as u64);
            self.parts.push((place, part.into()));
            rest = behind;
        }
        self.end = self.end.max(at.saturating_add(bytes.len() as u64));
    }

    /// Bytes that it takes in a recording: nearly all parts hold numbers, and are written in hexadecimal.
    pub fn weight(&self) -> usize {
        self.parts.iter().map(|(_, part)| PART + 2 * part.len()).sum()
    }

    /// All of it, with its zeros, as far as it is not too long for login records.
    pub fn whole(&self) -> Vec<u8> {
        let length = self.end.saturating_sub(self.from).min(WHOLE);
        let mut whole = vec![0; usize::try_from(length).unwrap_or_default()];
        for (at, part) in &self.parts {
            put(&mut whole, at.checked_sub(self.from), part);
        }
        whole
    }

    /// Stretches that are not holes, with the zeros inside of them: between two of them lie `hole` zeros or more.
    pub fn stretches(&self, hole: u64) -> Vec<(u64, Vec<u8>)> {
        let mut stretches: Vec<(u64, Vec<u8>)> = Vec::new();
        for (at, part) in &self.parts {
            let between = stretches.last().and_then(|(begin, bytes)| at.checked_sub(begin + bytes.len() as u64));
            match (stretches.last_mut(), between) {
                (Some((_, bytes)), Some(zeros)) if zeros < hole => {
                    bytes.resize(bytes.len() + usize::try_from(zeros).unwrap_or_default(), 0);
                    bytes.extend_from_slice(part);
                }
                // What stands before something that stood before it, or behind all files, was made up.
                (Some(_), None) => {}
                _ if *at > u64::MAX / 2 => {}
                _ => stretches.push((*at, part.as_slice().to_vec())),
            }
        }
        stretches
    }
}

/// Bytes before the next zeros that are left out. `bytes` begins with none.
fn length(bytes: &[u8]) -> usize {
    let (mut end, mut zeros) = (0, 0);
    for (byte, number) in bytes.iter().zip(1..) {
        if *byte == 0 {
            zeros += 1;
            if zeros == ZEROS {
                break;
            }
        } else {
            (end, zeros) = (number, 0);
        }
    }
    end
}

fn put(whole: &mut [u8], at: Option<u64>, part: &[u8]) {
    let Some(begin) = at.and_then(|at| usize::try_from(at).ok()) else { return };
    let end = begin.saturating_add(part.len());
    if let Some(place) = whole.get_mut(begin..end) {
        place.copy_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_left_out_and_come_back() {
        let mut bytes = vec![0; 100];
        bytes.extend(b"ab\0\0cd");
        bytes.extend([0; 5_000]);
        bytes.extend(b"ef\0\0");
        for piece in [3, 50, 7_000] {
            let mut extents = Extents::new(800);
            bytes.chunks(piece).zip(0..).for_each(|(part, at)| extents.add(800 + at * piece as u64, part));
            assert_eq!((extents.whole(), extents.end), (bytes.clone(), 800 + bytes.len() as u64), "{piece}");
            let stretches = extents.stretches(4_096);
            assert_eq!(stretches, [(900, b"ab\0\0cd".to_vec()), (5_906, b"ef".to_vec())], "{piece}");
            assert_eq!(extents.stretches(6_000).len(), 1);
        }
    }

    #[test]
    fn a_hole_of_any_size_costs_nothing() {
        let mut extents = Extents::new(0);
        extents.add(0, b"a");
        extents.add(1 << 50, b"b");
        assert_eq!(extents.stretches(4_096), [(0, b"a".to_vec()), (1 << 50, b"b".to_vec())]);
        assert!(extents.weight() < 60 && extents.whole().len() == 64 << 20);
    }

    #[test]
    fn parts_that_were_made_up() {
        let parts = vec![(10, "abc".into()), (5, "x".into()), (u64::MAX, "y".into())];
        let extents = Extents { from: 8, end: u64::MAX, parts };
        assert_eq!(extents.stretches(4_096), [(10, b"abc".to_vec())]);
        assert_eq!(extents.whole().get(..6), Some(&b"\0\0abc\0"[..]));
    }
}
