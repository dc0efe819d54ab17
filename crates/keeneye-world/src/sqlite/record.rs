//! Rows: the record format.

use super::Error;

/// SQLite's own default bound.
const MAX_COLUMNS: usize = 2000;

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub rowid: i64,
    pub(super) payload: Vec<u8>,
    pub(super) rowid_column: Option<usize>,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// UTF-8, if the writer kept to it.
    Text(&'a [u8]),
    /// Bytes.
    Blob(&'a [u8]),
}

impl Row {
    /// Its values, in the order of the columns. Fewer than columns when these were added after the row was written.
    pub fn values(&self) -> Result<Vec<Value<'_>>, Error> {
        let damage = |why| Error::Row { rowid: self.rowid, why };
        let (length, rest) = varint(&self.payload).ok_or(damage("it is cut"))?;
        let begun = self.payload.len() - rest.len();
        let length = usize::try_from(length).ok().filter(|length| *length >= begun);
        let (header, mut content) =
            length.and_then(|length| self.payload.split_at_checked(length)).ok_or(damage("a header longer than it"))?;
        let mut kinds = header.get(begun..).unwrap_or_default();
        let mut values = Vec::new();
        while let Some((kind, rest)) = varint(kinds) {
            if values.len() >= MAX_COLUMNS {
                return Err(damage("too many columns"));
            }
            let (value, behind) = value(kind, content).ok_or(damage("a value that does not fit into it"))?;
            let is_rowid = value == Value::Null && self.rowid_column == Some(values.len());
            values.push(if is_rowid { Value::Integer(self.rowid) } else { value });
            (kinds, content) = (rest, behind);
        }
        Ok(values)
    }
}

/// The value of a serial type, and the bytes behind it.
fn value(kind: u64, content: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let size = match kind {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(kind).ok()?,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        _ => usize::try_from((kind - 12) / 2).ok()?,
    };
    let (bytes, rest) = content.split_at_checked(size)?;
    let value = match kind {
        0 => Value::Null,
        1..=6 => Value::Integer(integer(bytes)),
        7 => Value::Real(f64::from_be_bytes(*bytes.first_chunk()?)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        _ if kind.is_multiple_of(2) => Value::Blob(bytes),
        _ => Value::Text(bytes),
    };
    Some((value, rest))
}

/// Big endian, signed, of one to eight bytes.
fn integer(bytes: &[u8]) -> i64 {
    let start = if bytes.first().is_some_and(|first| *first >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(start, |number, byte| (number << 8) | i64::from(*byte))
}

/// Seven bits a byte, the ninth byte whole; with the bytes behind it.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        let rest = bytes.get(index + 1..).unwrap_or_default();
        if index == 8 {
            return Some((number << 8 | u64::from(*byte), rest));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if *byte < 0x80 {
            return Some((number, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_have_up_to_nine_bytes() {
        assert_eq!(varint(&[0x7f, 1]), Some((127, &[1][..])));
        assert_eq!(varint(&[0x81, 0x00]), Some((128, &[][..])));
        assert_eq!(varint(&[0xff; 9]), Some((u64::MAX, &[][..])));
        assert_eq!(varint(&[0xff; 8]), None);
    }
    #[test]
    fn integers_are_signed() {
        assert_eq!(integer(&[0xff]), -1);
        assert_eq!(integer(&[0x00, 0xff]), 255);
        assert_eq!(integer(&[0x80, 0, 0, 0, 0, 0, 0, 0]), i64::MIN);
    }
}
