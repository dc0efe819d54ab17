//! `/var/log/faillog`: failures of each account since its last login, by its number. `struct faillog` of shadow.

use super::Sparse;
use bstr::{BStr, ByteSlice};

/// How entries lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// `long` has 64 bits, 32 bytes to an entry; else 24.
    pub is_wide: bool,
    /// Numbers begin with their highest byte.
    pub is_big_endian: bool,
}

/// Failures of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The account's number.
    pub uid: u32,
    /// Failures since the last login.
    pub count: u16,
    /// So many lock the account; 0 for none.
    pub most: u16,
    /// The terminal of the last one.
    pub line: &'a BStr,
    /// When it was, in seconds since 1970.
    pub seconds: i64,
}

impl Layout {
    const ALL: [Self; 4] = [
        Self { is_wide: true, is_big_endian: false },
        Self { is_wide: false, is_big_endian: false },
        Self { is_wide: true, is_big_endian: true },
        Self { is_wide: false, is_big_endian: true },
    ];

    fn stride(self) -> usize {
        if self.is_wide { 32 } else { 24 }
    }

    /// The layout in which most entries have a time of the years 1990 to 2049 and a name for the terminal. `stretches` are
    /// those parts of the file that are not holes, with their places.
    pub fn sniff<'a>(stretches: impl Iterator<Item = (u64, &'a [u8])> + Clone) -> Option<Self> {
        let good = |layout: &Self| {
            let mut good = 0;
            entries(stretches.clone(), *layout, &mut |entry| good += usize::from(entry.is_plausible()));
            good
        };
        let best = Self::ALL.into_iter().rev().max_by_key(good)?;
        (good(&best) > 0).then_some(best)
    }

    fn read(self, uid: u32, record: &[u8]) -> Entry<'_> {
        let u16 = |at: usize| {
            let two = record.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
            if self.is_big_endian { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) }
        };
        let rest = record.get(16..).unwrap_or_default();
        let four = rest.first_chunk().copied().unwrap_or_default();
        let eight = rest.first_chunk().copied().unwrap_or_default();
        let seconds = match (self.is_wide, self.is_big_endian) {
            (false, false) => u32::from_le_bytes(four).into(),
            (false, true) => u32::from_be_bytes(four).into(),
            (true, false) => i64::from_le_bytes(eight),
            (true, true) => i64::from_be_bytes(eight),
        };
        let line = record.get(4..16).unwrap_or_default();
        let line = line.get(..line.find_byte(0).unwrap_or(line.len())).unwrap_or_default();
        Entry { uid, count: u16(0), most: u16(2), line: line.into(), seconds }
    }
}

impl Entry<'_> {
    /// Its time is one of the years 1990 to 2049, and the terminal has a name that terminals have.
    pub fn is_plausible(&self) -> bool {
        (631_152_000..2_524_608_000).contains(&self.seconds) && self.line.iter().all(u8::is_ascii_graphic)
    }
}

/// Entries of all accounts that ever failed, out of the parts of a file that are not holes.
pub fn entries<'a>(stretches: impl Iterator<Item = (u64, &'a [u8])>, layout: Layout, each: &mut dyn FnMut(&Entry<'_>)) {
    let mut sparse = Sparse::new(layout.stride());
    let mut each = |uid: u32, record: &[u8]| each(&layout.read(uid, record));
    stretches.for_each(|(at, bytes)| sparse.extent(at, bytes, &mut each));
    sparse.close(&mut each);
}

/// For tests and fuzz targets: number, failures and time of each entry of a file without holes.
#[cfg(any(test, feature = "fixture"))]
pub(crate) fn read_all(bytes: &[u8], piece: usize) -> Option<Vec<(u32, u16, i64)>> {
    let pieces = || bytes.chunks(piece).zip(0..).map(|(part, at)| (at * piece as u64, part));
    let (layout, mut all) = (Layout::sniff(pieces())?, Vec::new());
    entries(pieces(), layout, &mut |entry| all.push((entry.uid, entry.count, entry.seconds)));
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(layout: Layout) -> Vec<u8> {
        let mut bytes = vec![0; layout.stride() * 4];
        let entry = &mut bytes[2 * layout.stride()..];
        entry[4..8].copy_from_slice(b"tty1");
        let seconds = 1_700_000_000_u64;
        let width = if layout.is_wide { 8 } else { 4 };
        if layout.is_big_endian {
            entry[..2].copy_from_slice(&7_u16.to_be_bytes());
            entry[16..16 + width].copy_from_slice(&seconds.to_be_bytes()[8 - width..]);
        } else {
            entry[..2].copy_from_slice(&7_u16.to_le_bytes());
            entry[16..16 + width].copy_from_slice(&seconds.to_le_bytes()[..width]);
        }
        bytes
    }

    #[test]
    fn every_layout_is_found() {
        for layout in Layout::ALL {
            let bytes = file(layout);
            for piece in [7, 50, 1_000] {
                let pieces = bytes.chunks(piece).zip(0..).map(|(part, at)| (at * piece as u64, part));
                assert_eq!(Layout::sniff(pieces), Some(layout), "{piece}");
                assert_eq!(read_all(&bytes, piece), Some(vec![(2, 7, 1_700_000_000)]), "{piece}");
            }
            let mut seen = Vec::new();
            entries([(0, &bytes[..])].into_iter(), layout, &mut |entry| {
                seen.push((entry.line.to_string(), entry.most));
            });
            assert_eq!(seen, [("tty1".into(), 0)]);
        }
        assert_eq!(read_all(&[0; 64], 64), None);
    }

    #[test]
    fn any_bytes_are_borne() {
        for layout in Layout::ALL {
            let bytes = file(layout);
            crate::mutate::check(&[&bytes], |bytes| read_all(bytes, 50).is_some());
            (0..bytes.len()).for_each(|end| _ = read_all(&bytes[..end], 50));
        }
    }
}
