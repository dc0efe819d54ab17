//! Databases that SQLite 3.40 wrote, whole and broken.

use super::*;
use crate::mutate;

/// Pages of 512 bytes: a tree of two floors, rows with overflow, every kind of value.
const ROWS: &[u8] = include_bytes!("samples/rows.sqlite");
/// Twenty rows; the log changed the even ones, removed row 3, added row 21, and began what was never committed.
const MAIN: &[u8] = include_bytes!("samples/wal.sqlite");
const LOG: &[u8] = include_bytes!("samples/wal.sqlite-wal");

fn open<'a>(main: &'a [u8], wal: Option<&'a [u8]>) -> Result<Database<'a>, Error> {
    Database::open(main.into(), wal.map(Content::from))
}

/// Rows as far as they can be read, and how often they cannot.
fn walk(main: &[u8], wal: Option<&[u8]>, table: &str) -> Result<(usize, usize), Error> {
    let database = open(main, wal)?;
    let rows = database.rows(&database.table(table)?);
    let (mut read, mut size, mut damaged) = (0, 0, 0);
    for row in rows {
        match row.as_ref().map(|row| (row.payload.len(), row.values())) {
            Ok((length, Ok(_))) => (read, size) = (read + 1, size + length),
            _ => damaged += 1,
        }
    }
    assert!(size <= main.len() + wal.map_or(0, <[u8]>::len), "more came out than is in it");
    Ok((read, damaged))
}

fn texts(wal: Option<&[u8]>) -> Vec<(i64, String)> {
    let database = open(MAIN, wal).unwrap();
    let table = database.table("T").unwrap();
    assert_eq!(table.columns, ["n", "v"]);
    let text = |row: Result<Row, Error>| {
        let row = row.unwrap();
        match row.values().unwrap().as_slice() {
            [Value::Integer(number), Value::Text(text)] if *number == row.rowid => {
                (row.rowid, String::from_utf8(text.to_vec()).unwrap())
            }
            other => panic!("{other:?}"),
        }
    };
    database.rows(&table).map(text).collect()
}

#[test]
fn every_kind_of_value_and_of_page() {
    let database = open(ROWS, None).unwrap();
    let table = database.table("kinds").unwrap();
    assert_eq!(table.columns, ["id", "small", "large", "fraction", "words", "bytes", "late"]);
    assert_eq!(table.column("BYTES"), Some(5));
    let rows: Vec<_> = database.rows(&table).map(Result::unwrap).collect();
    assert_eq!(rows.len(), 41);
    for (row, number) in rows.iter().zip(1_u8..41) {
        let i = i64::from(number);
        let word = format!("word {i}");
        let bytes = vec![number; usize::from(number).pow(2)];
        let whole = Value::Integer(i / 4);
        let wanted = [
            Value::Integer(i * 3),
            Value::Integer(i - 5),
            Value::Integer((i - 20) * (1 << i)),
            if i % 4 == 0 { whole } else { Value::Real(f64::from(number) / 4.0) },
            if i % 7 == 0 { Value::Null } else { Value::Text(word.as_bytes()) },
            Value::Blob(&bytes),
        ];
        assert_eq!(row.values().unwrap(), wanted, "row {i}; the column that came late is not in it");
    }
    let late = [
        Value::Integer(1000),
        Value::Integer(0),
        Value::Integer(i64::MIN),
        Value::Real(-0.5),
        Value::Text("ünï".as_bytes()),
        Value::Blob(b""),
        Value::Text(b"late"),
    ];
    assert_eq!(rows.last().unwrap().values().unwrap(), late);
}
#[test]
fn the_log_is_laid_over() {
    let old = texts(None);
    assert_eq!((old.len(), old[3].1.starts_with("old 4 ")), (20, true));
    let new = texts(Some(LOG));
    assert_eq!(new.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [vec![1, 2], (4..=21).collect()].concat());
    assert_eq!((new[2].1.as_str(), new[19].1.as_str()), ("new 4", "added"));
    assert!(new.iter().all(|(_, text)| !text.contains("never")), "{new:?}");
    let database = open(MAIN, Some(LOG)).unwrap();
    assert_eq!(database.wal_damage(), None);
}
#[test]
fn a_log_without_its_database_is_none() {
    assert_eq!(open(b"", Some(LOG)).err(), Some(Error::NotSqlite));
}
#[test]
fn a_changed_frame_ends_the_log_and_is_told() {
    for at in [0, 5, 17, 25, 40, 100] {
        let mut log = LOG.to_vec();
        log[at] ^= 1;
        let database = open(MAIN, Some(&log)).unwrap();
        let told = database.wal_damage().is_some();
        // Another salt in the first frame is that of frames left over.
        assert!(told || at == 40, "byte {at}");
        assert_eq!(texts(Some(&log)), texts(None), "byte {at}");
    }
    let cut = &LOG[..LOG.len() / 2];
    assert!(texts(Some(cut)).len() >= 20);
}
#[test]
fn what_cannot_be_read_is_said() {
    let error = |main: &[u8], table| walk(main, None, table).unwrap_err();
    assert_eq!(error(b"", "t"), Error::NotSqlite);
    assert_eq!(error(&[b'x'; 4096], "t"), Error::NotSqlite);
    assert_eq!(error(ROWS, "absent"), Error::NoTable("absent".into()));
    let with = |at: usize, byte: u8| {
        let mut main = ROWS.to_vec();
        main[at] = byte;
        main
    };
    assert!(matches!(error(&with(16, 3), "kinds"), Error::Header(_)));
    assert!(matches!(error(&with(20, 255), "kinds"), Error::Header(_)));
    assert!(matches!(error(&with(59, 2), "kinds"), Error::Header(_)));
    assert_eq!(error(&with(100, 2), "kinds"), Error::Page { page: 1, why: "no page of a table" });
    assert!(matches!(open(MAIN, Some(b"short")).unwrap().wal_damage(), Some(Error::Wal(_))));
    assert_eq!(open(ROWS, Some(LOG)).err(), None);
}
#[test]
fn reading_goes_on_behind_a_damaged_page() {
    let database = open(ROWS, None).unwrap();
    let table = database.table("kinds").unwrap();
    let whole = walk(ROWS, None, "kinds").unwrap();
    assert_eq!(whole, (41, 0));
    let pages = (ROWS.len() / 512) as u32;
    let mut spoilt = 0;
    for page in (2..=pages).filter(|page| *page != table.root) {
        let mut main = ROWS.to_vec();
        main[(page as usize - 1) * 512] = 0xff;
        let (read, damaged) = walk(&main, None, "kinds").unwrap();
        assert!(read >= 30 && damaged <= 1, "page {page}: {read} rows, {damaged} damages");
        spoilt += usize::from(damaged == 1);
    }
    assert!(spoilt > 10, "{spoilt}");
}
#[test]
fn circles_end() {
    let database = open(ROWS, None).unwrap();
    let root = database.table("kinds").unwrap().root;
    let mut main = ROWS.to_vec();
    let header = (root as usize - 1) * 512;
    assert_eq!(main[header], 5, "an interior page");
    main[header + 8..header + 12].copy_from_slice(&root.to_be_bytes());
    let database = open(&main, None).unwrap();
    let last = database.rows(&database.table("kinds").unwrap()).last().unwrap();
    assert_eq!(last.unwrap_err(), Error::Reused(root));
}
#[test]
fn rows_that_overlap_are_not_multiplied() {
    // A leaf of 512 bytes with two hundred cells, all of them the same row of 100 bytes.
    let mut main = MAIN.to_vec();
    let database = open(MAIN, None).unwrap();
    let page = (database.table("t").unwrap().root as usize - 1) * 512;
    let child = u32_at(MAIN, page + 8).unwrap() as usize - 1;
    let leaf = &mut main[child * 512..][..512];
    let at = u16_at(leaf, 8).unwrap();
    leaf[3..5].copy_from_slice(&200_u16.to_be_bytes());
    (0..200).for_each(|cell| leaf[8 + 2 * cell..][..2].copy_from_slice(&at.to_be_bytes()));
    leaf[usize::from(at)..][..2].copy_from_slice(&[50, 1]);
    let (read, damaged) = walk(&main, None, "t").unwrap();
    assert!(read < 40 && damaged >= 1, "{read} {damaged}");
}
#[test]
fn databases_survive() {
    mutate::check(&[ROWS], |bytes| walk(bytes, None, "kinds").is_ok_and(|(read, _)| read > 0));
    mutate::check(&[MAIN], |bytes| walk(bytes, Some(LOG), "t").is_ok_and(|(read, _)| read > 0));
    mutate::check(&[LOG], |bytes| walk(MAIN, Some(bytes), "t").is_ok_and(|(read, _)| read > 0));
}
#[test]
fn truncations_survive() {
    for end in 0..ROWS.len() {
        let _ = walk(&ROWS[..end], None, "kinds");
    }
    for end in 0..LOG.len() {
        let read = walk(MAIN, Some(&LOG[..end]), "t").unwrap();
        assert_eq!((read.0 >= 20, read.1), (true, 0), "{end}");
    }
}
