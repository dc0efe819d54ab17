//! The form of Berkeley DB, file `Packages`: a hash whose values are headers. See dbinc/db_page.h of Berkeley DB.
//!
//! Pages are read in the order of the file; which bucket one belongs to does not matter here.

use super::database::{MAX_HEADER, Records};
use crate::pieces::Content;
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
/// As much of the first page as is looked at.
const HEAD: usize = 32;

pub(super) fn is_one(head: &[u8]) -> bool {
    Pages::new(head).is_some()
}

pub(super) fn read(main: Content<'_>, records: &mut Records<'_>) {
    let head = main.at(0, HEAD).unwrap_or_default();
    let Some(pages) = Pages::new(&head) else { return };
    // Byte 24 says how pages are encrypted, bit 0 of byte 26 that they have checksums: rpm never used either.
    if head.get(24) != Some(&0) || head.get(26).is_some_and(|flags| flags & 1 != 0) {
        return records.trouble(None, "encrypted pages, or such with checksums, are not read".into());
    }
    if !main.length().is_multiple_of(pages.size as u64) {
        records.trouble(None, "the file ends in the middle of a page".into());
    }
    let mut file = File { main, pages, used: HashSet::new() };
    for number in 1.. {
        let Some(page) = file.at(number) else { break };
        if matches!(page.get(25), Some(&HASH | &HASH_UNSORTED)) {
            file.page(number, &page, records);
        }
    }
}

/// How pages are written.
#[derive(Clone, Copy)]
struct Pages {
    /// Bytes of each.
    size: usize,
    big_endian: bool,
}

struct File<'a> {
    main: Content<'a>,
    pages: Pages,
    /// Overflow pages that were read.
    used: HashSet<u32>,
}

impl<'a> File<'a> {
    fn at(&self, number: u32) -> Option<Cow<'a, [u8]>> {
        self.main.at(u64::from(number) * self.pages.size as u64, self.pages.size)
    }

    /// The pairs of key and value in a page. The key is the number of the record; that of number 0 is the last number
    /// that was given.
    fn page(&mut self, number: u32, page: &[u8], records: &mut Records<'_>) {
        let pages = self.pages;
        let count = usize::from(pages.half(page, 20).unwrap_or_default());
        let mut end = page.len();
        let mut key = None;
        for index in 0..count {
            let at = pages.half(page, PAGE_HEADER + 2 * index).map(usize::from);
            let Some(item) = at.and_then(|at| page.get(at..end)) else {
                return records.trouble(None, format!("page {number}: an item outside of it"));
            };
            end = at.unwrap_or_default();
            let Some(record) = key.take() else {
                key = Some(item.get(1..).and_then(|key| pages.word(key, 0)).unwrap_or_default());
                continue;
            };
            if record != 0 && records.wants(record) {
                match self.value(item) {
                    Ok(blob) => records.add(record, &blob),
                    Err(why) => records.trouble(Some(record), why.into()),
                }
            }
        }
    }

    fn value<'i>(&mut self, item: &'i [u8]) -> Result<Cow<'i, [u8]>, &'static str> {
        let pages = self.pages;
        match item.split_first() {
            Some((&KEY_OR_DATA, value)) => Ok(Cow::Borrowed(value)),
            Some((&OFF_PAGE, _)) => {
                let place = pages.word(item, 4).zip(pages.word(item, 8));
                let (first, size) = place.ok_or("it is cut")?;
                self.overflow(first, size as usize).map(Cow::Owned)
            }
            _ => Err("an item of a kind that is not known"),
        }
    }

    fn overflow(&mut self, first: u32, size: usize) -> Result<Vec<u8>, &'static str> {
        let pages = self.pages;
        if size > MAX_HEADER {
            return Err("it is too large");
        }
        let mut value = Vec::new();
        let mut next = first;
        while value.len() < size {
            if !self.used.insert(next) {
                return Err("its pages make a circle, or are those of another record too");
            }
            let page = if next == 0 { None } else { self.at(next) };
            let page = page.filter(|page| page.get(25) == Some(&OVERFLOW)).ok_or("a page of it is missing")?;
            let used = usize::from(pages.half(&page, 22).unwrap_or_default());
            let content =
                page.get(PAGE_HEADER..).and_then(|content| content.get(..used)).ok_or("a page of it is broken")?;
            value.extend(content.iter().take(size - value.len()));
            next = pages.word(&page, 16).unwrap_or_default();
        }
        Ok(value)
    }
}

impl Pages {
    fn new(head: &[u8]) -> Option<Self> {
        let magic = head.get(12..)?.first_chunk()?;
        let big_endian = *magic == HASH_MAGIC.to_be_bytes();
        if !big_endian && *magic != HASH_MAGIC.to_le_bytes() {
            return None;
        }
        let size = Self { size: 0, big_endian }.word(head, 20)? as usize;
        ((512..=65_536).contains(&size) && size.is_power_of_two()).then_some(Self { size, big_endian })
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
