//! `/var/log/lastlog`: the last login of each account, by its number. `struct lastlog` of glibc.

use super::Sparse;
use bstr::{BStr, ByteSlice};

/// Plausible times, in seconds since 1970: the years 1990 to 2049. In the wrong byte order a time seldom is.
const TIMES: std::ops::Range<i64> = 631_152_000..2_524_608_000;
/// Of a file so many entries tell its layout.
const SNIFFED: usize = 64;
/// In thousandths: so many of the entries have to make sense.
const ENOUGH: usize = 600;

/// How entries lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Seconds in 64 bits, 296 bytes to an entry: aarch64, s390x, riscv64. Else 32 bits and 292 bytes.
    pub is_wide: bool,
    /// Numbers begin with their highest byte.
    pub is_big_endian: bool,
}

/// The last login of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The account's number.
    pub uid: u32,
    /// Since 1970.
    pub seconds: i64,
    /// The terminal without `/dev/`.
    pub line: &'a BStr,
    /// Where from: a name or an address, as sshd wrote it.
    pub host: &'a BStr,
}

impl Layout {
    const ALL: [Self; 4] = [
        Self { is_wide: false, is_big_endian: false },
        Self { is_wide: true, is_big_endian: false },
        Self { is_wide: false, is_big_endian: true },
        Self { is_wide: true, is_big_endian: true },
    ];

    fn stride(self) -> usize {
        if self.is_wide { 296 } else { 292 }
    }

    /// The layout that fits the bytes at `at` best, the first that are not a hole. `None` when nothing in them looks like an
    /// entry.
    pub fn sniff(at: u64, bytes: &[u8]) -> Option<Self> {
        let mut best = (None, 0);
        for layout in Self::ALL {
            let (mut good, mut seen) = (0, 0);
            let mut each = |entry: &Entry<'_>, is_padded: bool| {
                if seen < SNIFFED {
                    seen += 1;
                    good += usize::from(is_padded && TIMES.contains(&entry.seconds) && is_name(entry.line));
                }
            };
            let mut reader = Reader::new(layout);
            reader.extent(at, bytes, &mut each);
            reader.finish(&mut each);
            let fit = good * 1000 / seen.max(1);
            if fit > best.1 {
                best = (Some(layout), fit);
            }
        }
        best.0.filter(|_| best.1 >= ENOUGH)
    }

    fn read(self, uid: u32, record: &[u8]) -> (Entry<'_>, bool) {
        let four = record.first_chunk().copied().unwrap_or_default();
        let eight = record.first_chunk().copied().unwrap_or_default();
        let (seconds, texts) = match (self.is_wide, self.is_big_endian) {
            (false, false) => (u32::from_le_bytes(four).into(), 4),
            (false, true) => (u32::from_be_bytes(four).into(), 4),
            (true, false) => (i64::from_le_bytes(eight), 8),
            (true, true) => (i64::from_be_bytes(eight), 8),
        };
        let text = |from: usize, length: usize| {
            let field = record.get(from..from + length).unwrap_or_default();
            let (text, rest) = field.split_at_checked(field.find_byte(0).unwrap_or(length)).unwrap_or_default();
            (BStr::new(text), rest.iter().all(|byte| *byte == 0))
        };
        let (line, host) = (text(texts, 32), text(texts + 32, 256));
        (Entry { uid, seconds, line: line.0, host: host.0 }, line.1 && host.1)
    }
}

/// `pts/0`, `tty1`, `ssh`: terminals have short names of plain letters.
fn is_name(line: &[u8]) -> bool {
    !line.is_empty() && line.iter().all(u8::is_ascii_graphic)
}

/// Takes the extents of a file that are not holes.
#[derive(Clone, Debug)]
pub struct Reader {
    layout: Layout,
    sparse: Sparse,
}

impl Reader {
    /// The layout is [`Layout::sniff`]'s.
    pub fn new(layout: Layout) -> Self {
        Self { layout, sparse: Sparse::new(layout.stride()) }
    }

    /// Takes the bytes at `at`. `each` gets every account that ever came in, and whether its entry is whole: behind the end
    /// of a text there are zeros.
    pub fn extent(&mut self, at: u64, bytes: &[u8], each: &mut dyn FnMut(&Entry<'_>, bool)) {
        let layout = self.layout;
        self.sparse.extent(at, bytes, &mut |uid, record| {
            let (entry, is_padded) = layout.read(uid, record);
            each(&entry, is_padded);
        });
    }

    /// The file has ended.
    pub fn finish(mut self, each: &mut dyn FnMut(&Entry<'_>, bool)) {
        self.sparse.close(&mut |uid, record| {
            let (entry, is_padded) = self.layout.read(uid, record);
            each(&entry, is_padded);
        });
    }
}

/// For tests and fuzz targets: every entry of a file without holes.
#[cfg(any(test, feature = "fixture"))]
pub(crate) fn read_all(bytes: &[u8]) -> Option<Vec<(u32, i64, String, String)>> {
    let mut reader = Reader::new(Layout::sniff(0, bytes)?);
    let mut entries = Vec::new();
    let mut each = |entry: &Entry<'_>, _| {
        entries.push((entry.uid, entry.seconds, entry.line.to_string(), entry.host.to_string()));
    };
    bytes.chunks(1000).zip(0..).for_each(|(piece, at)| reader.extent(1000 * at, piece, &mut each));
    reader.finish(&mut each);
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(layout: Layout) -> Vec<u8> {
        let mut bytes = vec![0; layout.stride() * 1002];
        for (uid, line, host) in [(0, "tty1", ""), (1000, "pts/0", "192.0.2.7"), (1001, "pts/1", "2001:db8::5")] {
            let at = uid * layout.stride();
            let seconds = 1_700_000_000 + uid as u64;
            let (big, little) = (seconds.to_be_bytes(), seconds.to_le_bytes());
            let width = if layout.is_wide { 8 } else { 4 };
            let time = if layout.is_big_endian { &big[8 - width..] } else { &little[..width] };
            bytes[at..at + width].copy_from_slice(time);
            bytes[at + width..at + width + line.len()].copy_from_slice(line.as_bytes());
            bytes[at + width + 32..at + width + 32 + host.len()].copy_from_slice(host.as_bytes());
        }
        bytes
    }

    #[test]
    fn every_layout_is_found() {
        for layout in Layout::ALL {
            let bytes = file(layout);
            assert_eq!(Layout::sniff(0, &bytes), Some(layout));
            let expected = [(0, "tty1", ""), (1000, "pts/0", "192.0.2.7"), (1001, "pts/1", "2001:db8::5")];
            let expected =
                expected.map(|(uid, line, host)| (uid, 1_700_000_000 + i64::from(uid), line.into(), host.into()));
            assert_eq!(read_all(&bytes), Some(expected.to_vec()));
            // Behind a hole, in the middle of an entry that is not one's own.
            let at = 999 * layout.stride() + 100;
            assert_eq!(Layout::sniff(at as u64, &bytes[at..]), Some(layout));
        }
        assert_eq!(Layout::sniff(0, &[0; 900]), None);
        assert_eq!(Layout::sniff(0, include_bytes!("lastlog.rs")), None);
    }

    #[test]
    fn any_bytes_are_borne() {
        let short = file(Layout::ALL[0]).split_off(1000 * 292).repeat(6);
        crate::mutate::check(&[&short], |bytes| read_all(bytes).is_some());
        (0..short.len()).for_each(|end| drop(read_all(&short[..end])));
    }
}
