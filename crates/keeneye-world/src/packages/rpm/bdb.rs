//! The form of Berkeley DB, file `Packages`: a hash whose values are headers. See dbinc/db_page.h of Berkeley DB.
//!
//! Pages are read in the order of the file; which bucket one belongs to does not matter here.

use super::database::Records;
use std::borrow::Cow;
use std::collections::HashSet;

const HASH_MAGIC: u32 = 0x0006_1561;
const PAGE_HEADER: usize = 26;
/// The kinds of pages.
const HASH_UNSORTED: u8 = 2;
const OVERFLOW: u8 = 7;
const HASH: u8 = 13;
/// The kinds of items: in the page, or in a chain of overflow pages.
const KEY_OR_DATA: u8 = 1;
const OFF_PAGE: u8 = 3;
/// rpm's own bound of a header.
const MAX_BLOB: usize = 256 << 20;

pub(super) fn is_one(bytes: &[u8]) -> bool {
    File::open(bytes).is_some()
}

pub(super) fn read(bytes: &[u8], records: &mut Records) {
    let Some(mut file) = File::open(bytes) else { return };
    // Byte 24 says how pages are encrypted, bit 0 of byte 26 that they have checksums: rpm never used either.
    if bytes.get(24) != Some(&0) || bytes.get(26).is_some_and(|flags| flags & 1 != 0) {
        return records.trouble(None, "encrypted pages, or such with checksums, are not read".into());
    }
    if !bytes.len().is_multiple_of(file.page_size) {
        records.trouble(None, "the file ends in the middle of a page".into());
    }
    for (number, page) in bytes.chunks_exact(file.page_size).enumerate().skip(1) {
        if matches!(page.get(25), Some(&HASH | &HASH_UNSORTED)) {
            file.page(number, page, records);
        }
    }
}

struct File<'a> {
    bytes: &'a [u8],
    page_size: usize,
    big_endian: bool,
    /// Overflow pages that were read.
    used: HashSet<u32>,
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let magic = bytes.get(12..)?.first_chunk()?;
        let big_endian = *magic == HASH_MAGIC.to_be_bytes();
        if !big_endian && *magic != HASH_MAGIC.to_le_bytes() {
            return None;
        }
        let mut file = Self { bytes, page_size: 0, big_endian, used: HashSet::new() };
        file.page_size = file.word(bytes, 20)? as usize;
        ((512..=65_536).contains(&file.page_size) && file.page_size.is_power_of_two()).then_some(file)
    }

    /// The pairs of key and value in a page. The key is the number of the record; that of number 0 is the last number
    /// that was given.
    fn page(&mut self, number: usize, page: &'a [u8], records: &mut Records) {
        let count = usize::from(self.half(page, 20).unwrap_or_default());
        let mut end = page.len();
        let mut key = None;
        for index in 0..count {
            let at = self.half(page, PAGE_HEADER + 2 * index).map(usize::from);
            let Some(item) = at.and_then(|at| page.get(at..end)) else {
                return records.trouble(None, format!("page {number}: an item outside of it"));
            };
            end = at.unwrap_or_default();
            let Some(record) = key.take() else {
                key = Some(item.get(1..).and_then(|key| self.word(key, 0)).unwrap_or_default());
                continue;
            };
            if record != 0 {
                match self.value(item) {
                    Ok(blob) => records.add(record, &blob),
                    Err(why) => records.trouble(Some(record), why.into()),
                }
            }
        }
    }

    fn value(&mut self, item: &'a [u8]) -> Result<Cow<'a, [u8]>, &'static str> {
        match item.split_first() {
            Some((&KEY_OR_DATA, value)) => Ok(Cow::Borrowed(value)),
            Some((&OFF_PAGE, _)) => {
                let place = self.word(item, 4).zip(self.word(item, 8));
                let (first, size) = place.ok_or("it is cut")?;
                self.overflow(first, size as usize).map(Cow::Owned)
            }
            _ => Err("an item of a kind that is not known"),
        }
    }

    fn overflow(&mut self, first: u32, size: usize) -> Result<Vec<u8>, &'static str> {
        if size > MAX_BLOB {
            return Err("it is too large");
        }
        let mut value = Vec::new();
        let mut next = first;
        while value.len() < size {
            if !self.used.insert(next) {
                return Err("its pages make a circle, or are those of another record too");
            }
            let from = (next as usize).checked_mul(self.page_size).filter(|from| *from > 0);
            let page = from.and_then(|from| self.bytes.get(from..)).and_then(|rest| rest.get(..self.page_size));
            let page = page.filter(|page| page.get(25) == Some(&OVERFLOW)).ok_or("a page of it is missing")?;
            let used = usize::from(self.half(page, 22).unwrap_or_default());
            let content =
                page.get(PAGE_HEADER..).and_then(|content| content.get(..used)).ok_or("a page of it is broken")?;
            value.extend(content.iter().take(size - value.len()));
            next = self.word(page, 16).unwrap_or_default();
        }
        Ok(value)
    }

    fn half(&self, bytes: &[u8], at: usize) -> Option<u16> {
        let half = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u16::from_be_bytes(half) } else { u16::from_le_bytes(half) })
    }

    fn word(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let word = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) })
    }
}
