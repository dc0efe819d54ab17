//! The write-ahead log: newer pages that are not yet written back. See
//! <https://www.sqlite.org/fileformat2.html#walformat>.

use super::{Error, u32_at};
use crate::pieces::Content;
use std::borrow::Cow;
use std::collections::HashMap;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The last bit says in which byte order the checksums are made.
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;
/// An unfinished transaction may break the chain at its own frames, but no transaction is finished behind it.
const BROKEN: Error =
    Error::Wal("the checksum of a frame is wrong, and finished transactions behind it are left aside");

/// Pages of finished transactions, where the last of each number begins.
#[derive(Default)]
pub(super) struct Wal<'a> {
    pages: HashMap<u32, u64>,
    /// Where they lie.
    log: Option<Content<'a>>,
    /// `None` when no transaction was finished in it.
    pub(super) page_size: Option<usize>,
}

impl<'a> Wal<'a> {
    /// Follows the chain of checksums as SQLite does. With it comes the damage that ended the chain.
    pub(super) fn read(log: Content<'a>) -> Result<(Self, Option<Error>), Error> {
        let mut wal = Self { log: Some(log), ..Self::default() };
        if log.length() == 0 {
            return Ok((wal, None));
        }
        let header = log.at(0, HEADER).ok_or(Error::Wal("shorter than its header"))?;
        let (mut chain, size) = Chain::begin(&header)?;
        let mut frames = (0..).map_while(|frame: u64| {
            let at = HEADER as u64 + frame * (FRAME_HEADER + size) as u64;
            Some((at + FRAME_HEADER as u64, log.at(at, FRAME_HEADER + size)?))
        });
        let mut unfinished = Vec::new();
        while let Some((at, page)) = frames.next().and_then(|(at, frame)| Some((at, chain.next(&frame)?))) {
            if !chain.holds {
                let lost = page.commits || frames.any(|(_, frame)| chain.next(&frame).is_some_and(|page| page.commits));
                return Ok((wal, lost.then_some(BROKEN)));
            }
            unfinished.push((page.number, at));
            if page.commits {
                wal.page_size = Some(size);
                wal.pages.extend(unfinished.drain(..));
            }
        }
        Ok((wal, None))
    }

    pub(super) fn page(&self, number: u32) -> Option<Cow<'a, [u8]>> {
        self.log?.at(*self.pages.get(&number)?, self.page_size?)
    }
}

struct Page {
    number: u32,
    commits: bool,
}

/// The checksum so far; every frame continues it.
struct Chain<'a> {
    big_endian: bool,
    sum: (u32, u32),
    salts: &'a [u8],
    /// The checksums of all frames so far were right.
    holds: bool,
}

impl<'a> Chain<'a> {
    /// With the page size.
    fn begin(header: &'a [u8]) -> Result<(Self, usize), Error> {
        let field = |at| u32_at(header, at).unwrap_or_default();
        if field(0) & !1 != MAGIC || field(4) != VERSION {
            return Err(Error::Wal("its header is none"));
        }
        let size = field(8) as usize;
        if !(512..=65_536).contains(&size) || !size.is_power_of_two() {
            return Err(Error::Wal("a page size that cannot be"));
        }
        let salts = header.get(16..24).unwrap_or_default();
        let mut chain = Self { big_endian: field(0) & 1 == 1, sum: (0, 0), salts, holds: true };
        chain.add(header.get(..24).unwrap_or_default());
        if chain.sum != (field(24), field(28)) {
            return Err(Error::Wal("the checksum of its header is wrong"));
        }
        Ok((chain, size))
    }

    /// `None` for a frame left over from before the last write back.
    fn next(&mut self, frame: &[u8]) -> Option<Page> {
        let (header, content) = frame.split_at_checked(FRAME_HEADER)?;
        if header.get(8..16)? != self.salts {
            return None;
        }
        if self.holds {
            self.add(header.get(..8)?);
            self.add(content);
            self.holds = self.sum == (u32_at(header, 16)?, u32_at(header, 20)?);
        }
        Some(Page { number: u32_at(header, 0)?, commits: u32_at(header, 4)? != 0 })
    }

    fn add(&mut self, bytes: &[u8]) {
        let word: fn([u8; 4]) -> u32 = if self.big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
        let (mut first, mut second) = self.sum;
        for [a, b, c, d, e, f, g, h] in bytes.as_chunks().0 {
            first = first.wrapping_add(word([*a, *b, *c, *d])).wrapping_add(second);
            second = second.wrapping_add(word([*e, *f, *g, *h])).wrapping_add(first);
        }
        self.sum = (first, second);
    }
}
