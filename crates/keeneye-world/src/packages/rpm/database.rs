//! Which form of database it is, and the records in it.

use super::{Package, Trouble, bdb, ndb};
use crate::pieces::Content;
use crate::sqlite::{self, Value};

/// Troubles that are told one by one; then how many more there were.
const MAX_TROUBLES: usize = 20;
/// What tells the form stands in the first bytes.
const HEAD: usize = 32;
/// Bytes of one header. rpm takes 256 MiB; the largest ones known, with some 30,000 files, have ten million.
pub(super) const MAX_HEADER: usize = 32 << 20;

/// The three forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `rpmdb.sqlite`: Fedora from 33, RHEL from 9.
    Sqlite,
    /// `Packages.db`: SUSE.
    Ndb,
    /// `Packages`, a hash of Berkeley DB: rpm before 4.16.
    Bdb,
}

impl Kind {
    /// Told by the first 32 bytes, not by the name.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(sqlite::MAGIC) {
            return Some(Self::Sqlite);
        }
        if bytes.starts_with(ndb::MAGIC) {
            return Some(Self::Ndb);
        }
        bdb::is_one(bytes).then_some(Self::Bdb)
    }
}

/// Reads all records of a database. `wal` is the file `rpmdb.sqlite-wal`; the other forms have none.
pub fn read(bytes: &[u8], wal: Option<&[u8]>) -> (Vec<Package>, Vec<Trouble>) {
    let mut packages = Vec::new();
    let troubles = each(bytes.into(), wal.map(Content::from), &|_| true, &mut |package| packages.push(package));
    (packages, troubles)
}

/// The same one by one, of the numbers that are wanted: all headers of a server together have a hundred megabytes.
pub fn each(
    main: Content<'_>,
    wal: Option<Content<'_>>,
    wanted: &dyn Fn(u32) -> bool,
    visit: &mut dyn FnMut(Package),
) -> Vec<Trouble> {
    let room = main.length().saturating_add(wal.map_or(0, |wal| wal.length()));
    let mut records = Records { visit, wanted, troubles: Vec::new(), more: 0, room };
    let head = main.at(0, usize::try_from(main.length()).map_or(HEAD, |length| length.min(HEAD)));
    match head.as_deref().and_then(Kind::of) {
        Some(Kind::Sqlite) => {
            if let Err(error) = read_sqlite(main, wal, &mut records) {
                records.trouble(None, error.to_string());
            }
        }
        Some(Kind::Ndb) => ndb::read(main, &mut records),
        Some(Kind::Bdb) => bdb::read(main, &mut records),
        None => records.trouble(None, "no database of rpm".into()),
    }
    records.finish()
}

fn read_sqlite(main: Content<'_>, wal: Option<Content<'_>>, records: &mut Records<'_>) -> Result<(), sqlite::Error> {
    let database = sqlite::Database::open(main, wal)?;
    if let Some(damage) = database.wal_damage() {
        records.trouble(None, damage.to_string());
    }
    let table = database.table("Packages")?;
    let blob = table.column("blob").ok_or(sqlite::Error::NoTable("Packages with a column blob".into()))?;
    let wanted = records.wanted;
    let wanted = |row: i64| wanted(u32::try_from(row).unwrap_or_default());
    for row in database.rows(&table).only(&wanted) {
        let row = match row {
            Ok(row) => row,
            Err(damage) => {
                records.trouble(None, damage.to_string());
                continue;
            }
        };
        let number = u32::try_from(row.rowid).unwrap_or_default();
        match row.values().as_ref().map(|values| values.get(blob)) {
            Ok(Some(Value::Blob(blob))) => records.add(number, blob),
            Ok(_) => records.trouble(Some(number), "a record without a header".into()),
            Err(damage) => records.trouble(Some(number), damage.to_string()),
        }
    }
    Ok(())
}

/// What comes out of a database.
pub(super) struct Records<'a> {
    visit: &'a mut dyn FnMut(Package),
    wanted: &'a dyn Fn(u32) -> bool,
    troubles: Vec<Trouble>,
    /// Troubles beyond those.
    more: usize,
    /// Bytes that records may still have: no more than the file.
    room: u64,
}

impl Records<'_> {
    pub(super) fn wants(&self, number: u32) -> bool {
        (self.wanted)(number)
    }

    pub(super) fn add(&mut self, number: u32, blob: &[u8]) {
        let Some(room) = self.room.checked_sub(blob.len() as u64) else {
            return self.trouble(Some(number), "it shares its bytes with other records".into());
        };
        self.room = room;
        let mut troubles = Vec::new();
        let package = Package::read(number, blob, &mut |trouble| troubles.push(trouble));
        package.into_iter().for_each(&mut *self.visit);
        troubles.into_iter().for_each(|trouble| self.trouble(trouble.record, trouble.why));
    }

    pub(super) fn trouble(&mut self, record: Option<u32>, why: String) {
        if self.troubles.len() < MAX_TROUBLES {
            self.troubles.push(Trouble { record, why });
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> Vec<Trouble> {
        if self.more > 0 {
            self.troubles.push(Trouble { record: None, why: format!("and {} more", self.more) });
        }
        self.troubles
    }
}
