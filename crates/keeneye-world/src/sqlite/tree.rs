//! Table b-trees.

use super::record::{Row, varint};
use super::{Database, Error, u16_at, u32_at};
use std::borrow::Cow;
use std::collections::HashSet;

/// SQLite's own bound (BTCURSOR_MAX_DEPTH).
const MAX_DEPTH: usize = 20;
/// Bytes of one row. The largest rows known, headers of rpm, have some ten million.
const MAX_ROW: usize = 32 << 20;

const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

/// The rows of a table, lazily. Damage comes in the place of the row or page that it spoils.
pub struct Rows<'d, 'a> {
    database: &'d Database<'a>,
    rowid_column: Option<usize>,
    wanted: Option<&'d dyn Fn(i64) -> bool>,
    next: Option<u32>,
    /// From the root to where the walk is.
    path: Vec<Page<'a>>,
    used: HashSet<u32>,
}

/// A page of the tree that is being walked.
struct Page<'a> {
    number: u32,
    bytes: Cow<'a, [u8]>,
    is_leaf: bool,
    /// Where the page's own header begins: page 1 also has that of the database.
    header: usize,
    cells: usize,
    /// How many cells were walked.
    walked: usize,
    /// Bytes of rows that still fit into the page: more means that rows overlap.
    room: usize,
}

impl<'d, 'a> Rows<'d, 'a> {
    pub(super) fn new(database: &'d Database<'a>, root: u32, rowid_column: Option<usize>) -> Self {
        Self { database, rowid_column, wanted: None, next: Some(root), path: Vec::new(), used: HashSet::new() }
    }

    /// Passes over rows of other numbers, without reading what lies outside of their leaf.
    #[must_use]
    pub fn only(self, wanted: &'d dyn Fn(i64) -> bool) -> Self {
        Self { wanted: Some(wanted), ..self }
    }

    fn open(&mut self, number: u32) -> Result<Page<'a>, Error> {
        let damage = |why| Err(Error::Page { page: number, why });
        let bytes = self.take(number)?;
        if self.path.len() >= MAX_DEPTH {
            return damage("the tree is too deep");
        }
        let header = if number == 1 { 100 } else { 0 };
        let is_leaf = match bytes.get(header) {
            Some(&LEAF) => true,
            Some(&INTERIOR) => false,
            _ => return damage("no page of a table"),
        };
        let cells = usize::from(u16_at(&bytes, header + 3).unwrap_or_default());
        let page = Page { number, bytes, is_leaf, header, cells, walked: 0, room: self.database.usable };
        if page.pointer(cells) > self.database.usable {
            return damage("more cells than fit into it");
        }
        Ok(page)
    }

    /// A page that was not used yet.
    fn take(&mut self, number: u32) -> Result<Cow<'a, [u8]>, Error> {
        let page = self.database.page(number)?;
        let is_new = self.used.insert(number);
        if is_new { Ok(page) } else { Err(Error::Reused(number)) }
    }

    /// The row, unless nobody wants it, and how much of it lies in the leaf.
    fn row(&mut self, cell: &[u8], page: u32) -> Result<(Option<Row>, usize), Error> {
        let damage = |why| Error::Page { page, why };
        let (size, rest) = varint(cell).ok_or(damage("a row that is cut"))?;
        let (rowid, rest) = varint(rest).ok_or(damage("a row that is cut"))?;
        let rowid = rowid.cast_signed();
        let damage = |why| Error::Row { rowid, why };
        let size = usize::try_from(size).ok().filter(|size| *size <= MAX_ROW).ok_or(damage("it is too large"))?;
        let local = local(size, self.database.usable);
        let (begin, rest) = rest.split_at_checked(local).ok_or(damage("it is cut"))?;
        if self.wanted.is_some_and(|wanted| !wanted(rowid)) {
            return Ok((None, local));
        }
        let payload = if local == size {
            begin.to_vec()
        } else {
            let first = u32_at(rest, 0).ok_or(damage("it is cut"))?;
            self.overflow(begin, size, first)?
        };
        Ok((Some(Row { rowid, payload, rowid_column: self.rowid_column }), local))
    }

    /// Follows the chain of pages that hold the rest of a row.
    fn overflow(&mut self, begin: &[u8], size: usize, first: u32) -> Result<Vec<u8>, Error> {
        let mut payload = begin.to_vec();
        let mut next = first;
        while payload.len() < size {
            let page = self.take(next)?;
            next = u32_at(&page, 0).unwrap_or_default();
            let content = page.get(4..self.database.usable).unwrap_or_default();
            payload.extend(content.iter().take(size - payload.len()));
        }
        Ok(payload)
    }
}

impl Iterator for Rows<'_, '_> {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(number) = self.next.take() {
                match self.open(number) {
                    Ok(page) => self.path.push(page),
                    Err(damage) => return Some(Err(damage)),
                }
            }
            let page = self.path.last_mut()?;
            let number = page.number;
            if !page.is_leaf {
                match page.child() {
                    Some(Ok(child)) => self.next = Some(child),
                    Some(Err(damage)) => return Some(Err(damage)),
                    None => drop(self.path.pop()),
                }
                continue;
            }
            let Some(at) = page.cell() else {
                self.path.pop();
                continue;
            };
            let Some(mut page) = self.path.pop() else { continue };
            let found = at.and_then(|at| {
                let cell = page.bytes.get(at..).ok_or(Error::Page { page: number, why: "a cell outside of it" })?;
                self.row(cell, number)
            });
            let (row, local) = match found {
                Ok(found) => found,
                Err(damage) => {
                    self.path.push(page);
                    return Some(Err(damage));
                }
            };
            let Some(room) = page.room.checked_sub(local) else {
                return Some(Err(Error::Page { page: number, why: "its rows overlap" }));
            };
            page.room = room;
            self.path.push(page);
            if let Some(row) = row {
                return Some(Ok(row));
            }
        }
    }
}

impl Page<'_> {
    /// Where the pointer of a cell lies.
    fn pointer(&self, cell: usize) -> usize {
        self.header + if self.is_leaf { 8 } else { 12 } + 2 * cell
    }

    /// Where the next cell begins.
    fn cell(&mut self) -> Option<Result<usize, Error>> {
        if self.walked >= self.cells {
            return None;
        }
        let at = u16_at(&self.bytes, self.pointer(self.walked));
        self.walked += 1;
        Some(at.map(usize::from).ok_or(Error::Page { page: self.number, why: "a cell outside of it" }))
    }

    /// The next page below; the last one stands in the header.
    fn child(&mut self) -> Option<Result<u32, Error>> {
        let child = match self.cell() {
            Some(Ok(at)) => u32_at(&self.bytes, at),
            Some(Err(damage)) => return Some(Err(damage)),
            None if self.walked == self.cells => {
                self.walked += 1;
                u32_at(&self.bytes, self.header + 8)
            }
            None => return None,
        };
        Some(child.ok_or(Error::Page { page: self.number, why: "a cell that is cut" }))
    }
}

/// How much of a row lies in the leaf.
fn local(size: usize, usable: usize) -> usize {
    let most = usable - 35;
    if size <= most {
        return size;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let fitting = least + (size - least) % (usable - 4);
    if fitting <= most { fitting } else { least }
}
