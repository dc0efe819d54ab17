//! The end of a file of login records: what is newest.

use super::Extents;

/// Bytes of login records that are looked at: 87,000 of 384 bytes.
const MOST: u64 = 32 << 20;
/// A whole number of records in every layout: 25 of 384 bytes, 24 of 400.
const BLOCK: u64 = 9_600;
/// So much more is taken before the oldest is dropped: each time the rest has to move.
const MORE: usize = 8 << 20;

/// The byte from which on a file of this size is worth reading.
pub fn begin(size: u64) -> u64 {
    size.saturating_sub(MOST).next_multiple_of(BLOCK).min(size)
}

/// The newest bytes of a file that is read from some byte on.
pub(super) struct Tail {
    from: u64,
    bytes: Vec<u8>,
}

impl Tail {
    pub(super) fn new(from: u64) -> Self {
        Self { from, bytes: Vec::new() }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() as u64 > MOST + MORE as u64 {
            self.drop_to(begin(self.bytes.len() as u64));
        }
    }

    fn drop_to(&mut self, begin: u64) {
        self.bytes.drain(..usize::try_from(begin).unwrap_or_default().min(self.bytes.len()));
        self.from += begin;
    }

    /// As much of the end as may be kept.
    pub(super) fn finish(mut self, budget: usize) -> Extents {
        self.drop_to(begin(self.bytes.len() as u64));
        let (mut weight, mut from) = (0, self.bytes.len());
        for (block, number) in self.bytes.chunks(BLOCK as usize).zip(0..).collect::<Vec<_>>().into_iter().rev() {
            let mut extents = Extents::new(0);
            extents.add(0, block);
            weight += extents.weight();
            if weight > budget {
                break;
            }
            from = number * BLOCK as usize;
        }
        let begin = self.from + from as u64;
        let mut extents = Extents::new(begin);
        extents.add(begin, self.bytes.get(from..).unwrap_or_default());
        extents
    }
}
