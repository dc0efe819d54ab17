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

    /// The layout in which most entries have a time of the years 1990 to 2049 and a name for the terminal.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        let good = |layout: &Self| {
            let is_good = |entry: &Entry<'_>| {
                (631_152_000..2_524_608_000).contains(&entry.seconds) && entry.line.iter().all(u8::is_ascii_graphic)
            };
            entries(bytes, *layout).iter().filter(|entry| is_good(entry)).count()
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

/// Entries of all accounts that ever failed, out of a file as a whole: it is small but where numbers are huge, and there
/// the caller leaves holes out with [`entries_at`].
pub fn entries(bytes: &[u8], layout: Layout) -> Vec<Entry<'_>> {
    let records = bytes.chunks_exact(layout.stride()).zip(0_u32..);
    let records = records.filter(|(record, _)| record.iter().any(|byte| *byte != 0));
    records.map(|(record, uid)| layout.read(uid, record)).collect()
}

/// The same for extents that are not holes.
pub fn entries_at<'a>(
    extents: impl Iterator<Item = (u64, &'a [u8])>,
    layout: Layout,
    each: &mut dyn FnMut(&Entry<'_>),
) {
    let mut sparse = Sparse::new(layout.stride());
    let mut each = |uid: u32, record: &[u8]| each(&layout.read(uid, record));
    extents.for_each(|(at, bytes)| sparse.extent(at, bytes, &mut each));
    sparse.close(&mut each);
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
            assert_eq!(Layout::sniff(&bytes), Some(layout));
            let entry = Entry { uid: 2, count: 7, most: 0, line: b"tty1".into(), seconds: 1_700_000_000 };
            assert_eq!(entries(&bytes, layout), [entry]);
            let mut seen = 0;
            let extents = [(0, &bytes[..50]), (50, &bytes[50..])].into_iter();
            entries_at(extents, layout, &mut |found| {
                assert_eq!(*found, entry);
                seen += 1;
            });
            assert_eq!(seen, 1);
        }
        assert_eq!(Layout::sniff(&[0; 64]), None);
    }

    #[test]
    fn any_bytes_are_borne() {
        let bytes = file(Layout::ALL[0]);
        crate::mutate::check(&[&bytes], |bytes| Layout::sniff(bytes).map(|layout| entries(bytes, layout)).is_some());
    }
}
