//! How records lie in a file, and which way it is.

use super::Records;
use super::record::POINTS;

/// Of a file so many records tell its layout.
const SNIFFED: usize = 64;

/// More than half of what could fit does: a damaged file still counts, another format does not.
const ENOUGH: usize = 600;

/// How records lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Seconds in 64 bits, 400 bytes to a record: aarch64, s390x, riscv64. Else 32 bits and 384 bytes: x86, ARM, POWER.
    pub is_wide: bool,
    /// Numbers begin with their highest byte: s390x.
    pub is_big_endian: bool,
}

impl Layout {
    /// The likeliest first.
    pub(super) const ALL: [Self; 4] = [
        Self { is_wide: false, is_big_endian: false },
        Self { is_wide: true, is_big_endian: false },
        Self { is_wide: false, is_big_endian: true },
        Self { is_wide: true, is_big_endian: true },
    ];

    /// Bytes of a record.
    pub fn stride(self) -> usize {
        if self.is_wide { 400 } else { 384 }
    }

    /// The layout that fits the first records best; `None` when the file holds nothing like login records. Records of
    /// zeros tell nothing; where there are no others it is the likeliest layout that leaves no odd bytes.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        let whole = |layout: &Self| bytes.len().is_multiple_of(layout.stride());
        if bytes.iter().all(|byte| *byte == 0) {
            return Self::ALL.into_iter().find(whole).or(Some(Self::ALL[0])).filter(|_| !bytes.is_empty());
        }
        let mut best = (None, (0, false));
        for layout in Self::ALL {
            let fit = (layout.fit(bytes), whole(&layout));
            if fit > best.1 {
                best = (Some(layout), fit);
            }
        }
        best.0.filter(|_| best.1.0 >= ENOUGH)
    }

    /// How much looks like records, in thousandths.
    fn fit(self, bytes: &[u8]) -> usize {
        let (mut points, mut records) = (0, 0);
        for record in Records::new(bytes, self).filter(|record| !record.is_zeroed).take(SNIFFED) {
            points += record.points();
            records += 1;
        }
        points * 1000 / (records * POINTS).max(1)
    }

    pub(super) fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let two = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
        if self.is_big_endian { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) }
    }
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let four = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
        if self.is_big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    }
    pub(super) fn i64(self, bytes: &[u8], at: usize) -> i64 {
        let eight = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
        if self.is_big_endian { i64::from_be_bytes(eight) } else { i64::from_le_bytes(eight) }
    }
}
