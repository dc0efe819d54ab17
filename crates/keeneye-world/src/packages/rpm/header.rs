//! The record that rpm keeps of a package, a header: an index of tagged entries and their data, big endian. See
//! <https://rpm-software-management.github.io/rpm/manual/format_header.html>.
//!
//! The first entries of the index and the first bytes of the data are the immutable region: the package's header as its
//! vendor signed it. Behind it lies what rpm wrote when it installed the package, signatures among it, and whatever an
//! intruder appended. An entry there takes the place of a signed one of the same tag when rpm reads the record, so
//! nobody here may ask for a tag without saying which part is meant.

/// A header, borrowed from its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    index: &'a [[u8; ENTRY]],
    data: &'a [u8],
    region: Option<Region>,
    damage: Option<Error>,
}

/// How much of a header its vendor signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    entries: usize,
    bytes: usize,
}

/// What is wrong with a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// rpm takes only what fits exactly.
    #[error("its length is not what its counts say")]
    Length,
    /// More than rpm itself takes.
    #[error("more entries than rpm takes")]
    TooMany,
    /// The immutable region: nothing can be signed then.
    #[error("its signed region: {0}")]
    Region(&'static str),
}

/// What signatures are made over begins so: the magic of a header in a package file, with version and reserve.
pub(super) const MAGIC: [u8; 8] = [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0];
const ENTRY: usize = 16;
/// rpm's own bound.
const MAX_ENTRIES: usize = 65_535;
const IMMUTABLE: u32 = 63;

const INT8: [u32; 2] = [1, 2];
const INT16: u32 = 3;
const INT32: u32 = 4;
const INT64: u32 = 5;
const STRING: u32 = 6;
const BINARY: u32 = 7;
const STRINGS: [u32; 2] = [8, 9];

impl<'a> Header<'a> {
    /// Reads a header as the database keeps it: without magic.
    pub fn parse(blob: &'a [u8]) -> Result<Self, Error> {
        let (entries, rest) = word(blob).ok_or(Error::Length)?;
        let (size, rest) = word(rest).ok_or(Error::Length)?;
        if entries as usize > MAX_ENTRIES {
            return Err(Error::TooMany);
        }
        let (index, data) = rest.split_at_checked(entries as usize * ENTRY).ok_or(Error::Length)?;
        if data.len() != size as usize {
            return Err(Error::Length);
        }
        let mut header = Self { index: index.as_chunks().0, data, region: None, damage: None };
        match header.find_region() {
            Ok(region) => header.region = region,
            Err(damage) => header.damage = Some(damage),
        }
        Ok(header)
    }

    /// Nothing in it can be signed: it has no immutable region (packages of rpm 3, records that rpm made itself), or
    /// none that makes sense.
    pub fn unsigned(&self) -> bool {
        self.region.is_none()
    }

    /// What is wrong with its region.
    pub fn damage(&self) -> Option<Error> {
        self.damage
    }

    /// An entry of the part that the vendor signed.
    pub fn signed(&self, tag: u32) -> Option<Entry<'a>> {
        let region = self.region?;
        let data = self.data.get(..region.bytes)?;
        self.signed_index().iter().find_map(|entry| Entry::read(entry, tag, data))
    }

    /// Entries outside of that part: the word of whoever wrote the database last.
    pub fn beside(&self, tag: u32) -> impl Iterator<Item = Entry<'a>> {
        let data = self.data;
        self.index_beside().iter().filter_map(move |entry| Entry::read(entry, tag, data))
    }

    /// What the package says of itself: of the signed part alone where there is one, else from all.
    pub fn said(&self, tag: u32) -> Option<Entry<'a>> {
        if self.unsigned() { self.beside(tag).next() } else { self.signed(tag) }
    }

    /// Tags that stand in the signed part and once more beside it: rpm believes the latter. Only packages that were
    /// installed under another path than their own (`--prefix`, `--relocate`) have them lawfully.
    pub fn replaced(&self) -> Vec<u32> {
        let signed: std::collections::HashSet<_> = self.signed_index().iter().filter_map(tag).collect();
        let mut replaced: Vec<_> =
            self.index_beside().iter().filter_map(tag).filter(|tag| signed.contains(tag)).collect();
        replaced.sort_unstable();
        replaced.dedup();
        replaced
    }

    /// The bytes over which header signatures and digests are made.
    pub fn signed_bytes(&self) -> Option<Vec<u8>> {
        let region = self.region?;
        let counts = [u32::try_from(region.entries).ok()?, u32::try_from(region.bytes).ok()?].map(u32::to_be_bytes);
        let data = self.data.get(..region.bytes)?;
        Some([&MAGIC, counts.as_flattened(), self.signed_index().as_flattened(), data].concat())
    }

    /// All of it in the form of [`Self::signed_bytes`].
    pub(super) fn all_bytes(blob: &[u8]) -> Vec<u8> {
        [&MAGIC, blob].concat()
    }

    fn signed_index(&self) -> &'a [[u8; ENTRY]] {
        self.index.get(..self.region.map_or(0, |region| region.entries)).unwrap_or_default()
    }

    fn index_beside(&self) -> &'a [[u8; ENTRY]] {
        self.index.get(self.region.map_or(0, |region| region.entries)..).unwrap_or_default()
    }

    /// The first entry leads to the last data of the region, a trailer in the form of an index entry, whose offset leads
    /// back over all entries of the region.
    fn find_region(&self) -> Result<Option<Region>, Error> {
        let Some(first) = self.index.first().filter(|entry| tag(entry) == Some(IMMUTABLE)) else { return Ok(None) };
        let entry = Fields::read(first).ok_or(Error::Region("no entry"))?;
        if entry.kind != BINARY || entry.count as usize != ENTRY {
            return Err(Error::Region("its entry is of another kind"));
        }
        let at = usize::try_from(entry.offset).map_err(|_| Error::Region("its trailer lies outside"))?;
        let trailer = self.data.get(at..).and_then(|data| data.first_chunk()).and_then(Fields::read);
        let trailer = trailer.ok_or(Error::Region("its trailer lies outside"))?;
        if trailer.tag != IMMUTABLE || trailer.kind != BINARY || trailer.count as usize != ENTRY {
            return Err(Error::Region("its trailer is none"));
        }
        let back = usize::try_from(-i64::from(trailer.offset)).unwrap_or(0);
        let entries = back / ENTRY;
        if back % ENTRY != 0 || entries == 0 || entries > self.index.len() {
            return Err(Error::Region("its trailer leads nowhere"));
        }
        Ok(Some(Region { entries, bytes: at + ENTRY }))
    }
}

/// An entry's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    kind: u32,
    count: usize,
    /// From its own data to the end of its part of the header.
    data: &'a [u8],
}

impl<'a> Entry<'a> {
    fn read(bytes: &[u8; ENTRY], wanted: u32, data: &'a [u8]) -> Option<Self> {
        let entry = Fields::read(bytes).filter(|entry| entry.tag == wanted)?;
        let data = data.get(usize::try_from(entry.offset).ok()?..)?;
        Some(Self { kind: entry.kind, count: entry.count as usize, data })
    }

    /// All strings; `None` when it has another kind or ends before them.
    pub fn strings(&self) -> Option<Vec<&'a [u8]>> {
        if self.kind != STRING && !STRINGS.contains(&self.kind) {
            return None;
        }
        // Every string has an end, so a count beyond the data is seen before anything is set aside for it.
        if self.count > self.data.len() {
            return None;
        }
        let mut rest = self.data;
        let mut strings = Vec::with_capacity(self.count);
        for _ in 0..self.count {
            let (string, behind) = bstr::ByteSlice::split_once_str(rest, "\0")?;
            strings.push(string);
            rest = behind;
        }
        Some(strings)
    }

    /// The first string.
    pub fn text(&self) -> Option<&'a [u8]> {
        Self { count: 1, ..*self }.strings()?.pop()
    }

    /// All whole numbers, of any width; `None` when it has another kind or ends before them.
    pub fn numbers(&self) -> Option<Vec<u64>> {
        let width = match self.kind {
            kind if INT8.contains(&kind) => 1,
            INT16 => 2,
            INT32 => 4,
            INT64 => 8,
            _ => return None,
        };
        let bytes = self.data.get(..self.count.checked_mul(width)?)?;
        let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        Some(bytes.chunks_exact(width).map(number).collect())
    }

    /// The first number.
    pub fn number(&self) -> Option<u64> {
        if self.count == 0 {
            return None;
        }
        Self { count: 1, ..*self }.numbers()?.pop()
    }

    /// Bytes that are neither text nor number.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        (self.kind == BINARY).then_some(())?;
        self.data.get(..self.count)
    }
}

/// An entry of the index.
struct Fields {
    tag: u32,
    kind: u32,
    offset: i32,
    count: u32,
}

impl Fields {
    fn read(bytes: &[u8; ENTRY]) -> Option<Self> {
        let (tag, rest) = word(bytes)?;
        let (kind, rest) = word(rest)?;
        let (offset, rest) = word(rest)?;
        let (count, _) = word(rest)?;
        Some(Self { tag, kind, offset: offset.cast_signed(), count })
    }
}

fn tag(entry: &[u8; ENTRY]) -> Option<u32> {
    word(entry).map(|(tag, _)| tag)
}

fn word(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (word, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*word), rest))
}
