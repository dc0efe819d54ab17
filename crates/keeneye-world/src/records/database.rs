//! Columns of the databases that took the place of the binary files.

use crate::sqlite::{Error, Row, Table, Value};
use keeneye_facts::Text;

/// Places of columns, by their names.
pub(super) struct Columns<const N: usize>([Option<usize>; N]);

impl<const N: usize> Columns<N> {
    pub(super) fn new(table: &Table, names: [&str; N]) -> Self {
        Self(names.map(|name| table.column(name)))
    }

    /// The values of a row, in the order of the names; what is not there is `Null`.
    pub(super) fn of<'r>(&self, row: &'r Row) -> Result<[Value<'r>; N], Error> {
        let values = row.values()?;
        Ok(self.0.map(|place| place.and_then(|place| values.get(place).copied()).unwrap_or(Value::Null)))
    }
}

pub(super) fn text(value: Value<'_>) -> Option<Text> {
    match value {
        Value::Text(text) | Value::Blob(text) if !text.is_empty() => Some(text.into()),
        _ => None,
    }
}

pub(super) fn number(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(number),
        _ => None,
    }
}
