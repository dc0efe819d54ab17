//! Reads SQLite databases: bytes in, rows out. See <https://www.sqlite.org/fileformat2.html>.
//!
//! SQLite itself writes `-wal` and `-shm` beside a database that it only reads, so it is never used on evidence. Here
//! are tables that have a rowid, with overflow pages and the write-ahead log. Not here: indexes, tables WITHOUT ROWID,
//! UTF-16, the free list, and `-journal` (a transaction in it that was not finished is seen as if it were).
//!
//! The bytes are hostile. Every page is used once in a walk, so that what comes out, and the time it takes, are bounded
//! by the size of the file. What is damaged is said in its place, and reading goes on behind it.

mod record;
mod schema;
#[cfg(test)]
mod tests;
mod tree;
mod wal;

use crate::pieces::Content;
pub use record::{Row, Value};
pub use schema::Table;
use std::borrow::Cow;
pub use tree::Rows;
use wal::Wal;

/// The first bytes of every database.
pub const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What cannot be read in a database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Another format.
    #[error("no SQLite database")]
    NotSqlite,
    /// The first 100 bytes.
    #[error("the header of the database: {0}")]
    Header(&'static str),
    /// The file ends before it.
    #[error("page {0} lies behind the end of the file")]
    Missing(u32),
    /// The pages make a circle, or two rows share one.
    #[error("page {0} is used twice")]
    Reused(u32),
    /// A page that cannot be understood.
    #[error("page {page}: {why}")]
    Page {
        /// Its number, from 1.
        page: u32,
        /// What is wrong.
        why: &'static str,
    },
    /// A row that cannot be understood.
    #[error("row {rowid}: {why}")]
    Row {
        /// Its number.
        rowid: i64,
        /// What is wrong.
        why: &'static str,
    },
    /// The schema lists no such table.
    #[error("there is no table {0}")]
    NoTable(String),
    /// The schema lists it as something that cannot be read here.
    #[error("table {table}: {why}")]
    Table {
        /// Its name.
        table: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The write-ahead log.
    #[error("the write-ahead log: {0}")]
    Wal(&'static str),
}

/// A database as its last finished transaction left it.
pub struct Database<'a> {
    main: Content<'a>,
    wal: Wal<'a>,
    wal_damage: Option<Error>,
    page_size: usize,
    /// Bytes of a page that SQLite itself uses.
    usable: usize,
}

impl<'a> Database<'a> {
    /// `main` is the database file, `wal` the file of the same name with `-wal` behind it.
    ///
    /// On a live host the log may be written back between the reads of the two: when the time of either changed
    /// meanwhile, read both again.
    pub fn open(main: Content<'a>, wal: Option<Content<'a>>) -> Result<Self, Error> {
        let (wal, wal_damage) = match wal.map(Wal::read).transpose() {
            Ok(read) => read.unwrap_or_default(),
            Err(damage) => (Wal::default(), Some(damage)),
        };
        let header = wal.page(1).or(main.at(0, 100)).ok_or(Error::NotSqlite)?;
        if !header.starts_with(MAGIC) {
            return Err(Error::NotSqlite);
        }
        let page_size = page_size(&header).ok_or(Error::Header("a page size that cannot be"))?;
        if wal.page_size.is_some_and(|size| size != page_size) {
            return Err(Error::Wal("another page size than the database has"));
        }
        let reserved = header.get(20).copied().unwrap_or_default();
        let usable = page_size - usize::from(reserved);
        if usable < 480 {
            return Err(Error::Header("too much of a page is reserved"));
        }
        if u32_at(&header, 56).is_some_and(|encoding| encoding > 1) {
            return Err(Error::Header("text in UTF-16 is not read"));
        }
        Ok(Self { main, wal, wal_damage, page_size, usable })
    }

    /// Why the write-ahead log, or the part of it behind a damaged frame, was left aside. What is left over in it from
    /// before the last write back, or from a transaction that did not finish, is no damage.
    pub fn wal_damage(&self) -> Option<&Error> {
        self.wal_damage.as_ref()
    }

    /// Looks a table up in the schema; upper and lower case are one.
    pub fn table(&self, name: &str) -> Result<Table, Error> {
        schema::table(self, name)
    }

    /// All rows of a table, in their order.
    pub fn rows(&self, table: &Table) -> Rows<'_, 'a> {
        Rows::new(self, table.root, table.rowid_column)
    }

    fn page(&self, number: u32) -> Result<Cow<'a, [u8]>, Error> {
        if let Some(page) = self.wal.page(number) {
            return Ok(page);
        }
        let missing = Error::Missing(number);
        let Some(index) = u64::from(number).checked_sub(1) else { return Err(missing) };
        self.main.at(index * self.page_size as u64, self.page_size).ok_or(missing)
    }
}

fn page_size(header: &[u8]) -> Option<usize> {
    let size = match u16_at(header, 16)? {
        1 => 65_536,
        size => usize::from(size),
    };
    (size >= 512 && size.is_power_of_two()).then_some(size)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}
