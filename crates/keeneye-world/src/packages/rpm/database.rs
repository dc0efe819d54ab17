//! Which form of database it is, and the records in it.

use super::{Package, Trouble, bdb, ndb};
use crate::sqlite::{self, Value};

/// Troubles that are told one by one; then how many more there were.
const MAX_TROUBLES: usize = 20;

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
    /// Told by the content, not by the name.
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
    let room = bytes.len() + wal.map_or(0, <[u8]>::len);
    let mut records = Records { room, ..Records::default() };
    match Kind::of(bytes) {
        Some(Kind::Sqlite) => {
            if let Err(error) = read_sqlite(bytes, wal, &mut records) {
                records.trouble(None, error.to_string());
            }
        }
        Some(Kind::Ndb) => ndb::read(bytes, &mut records),
        Some(Kind::Bdb) => bdb::read(bytes, &mut records),
        None => records.trouble(None, "no database of rpm".into()),
    }
    records.finish()
}

fn read_sqlite(bytes: &[u8], wal: Option<&[u8]>, records: &mut Records) -> Result<(), sqlite::Error> {
    let database = sqlite::Database::open(bytes, wal)?;
    if let Some(damage) = database.wal_damage() {
        records.trouble(None, damage.to_string());
    }
    let table = database.table("Packages")?;
    let blob = table.column("blob").ok_or(sqlite::Error::NoTable("Packages with a column blob".into()))?;
    for row in database.rows(&table) {
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
#[derive(Default)]
pub(super) struct Records {
    packages: Vec<Package>,
    troubles: Vec<Trouble>,
    /// Troubles beyond those.
    more: usize,
    /// Bytes that records may still have: no more than the file.
    room: usize,
}

impl Records {
    pub(super) fn add(&mut self, number: u32, blob: &[u8]) {
        let Some(room) = self.room.checked_sub(blob.len()) else {
            return self.trouble(Some(number), "it shares its bytes with other records".into());
        };
        self.room = room;
        let mut troubles = Vec::new();
        self.packages.extend(Package::read(number, blob, &mut |trouble| troubles.push(trouble)));
        troubles.into_iter().for_each(|trouble| self.trouble(trouble.record, trouble.why));
    }

    pub(super) fn trouble(&mut self, record: Option<u32>, why: String) {
        if self.troubles.len() < MAX_TROUBLES {
            self.troubles.push(Trouble { record, why });
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> (Vec<Package>, Vec<Trouble>) {
        if self.more > 0 {
            self.troubles.push(Trouble { record: None, why: format!("and {} more", self.more) });
        }
        (self.packages, self.troubles)
    }
}
