//! Rows of the sources: first address, last address, and a country, or the number and name of an autonomous system.

use anyhow::{Context, Result};
use keeneye_facts::Country;
use keeneye_world::geo::encode::Row;
use std::path::Path;

/// Rows of countries.
pub(super) fn countries(path: &Path) -> Result<Vec<Row<Country>>> {
    super::read(path)?.lines().map(|line| country(line).with_context(|| odd(path, line))).collect()
}

/// Rows of autonomous systems, and the systems' names.
pub(super) fn systems(path: &Path) -> Result<Vec<(Row<u32>, String)>> {
    super::read(path)?.lines().map(|line| system(line).with_context(|| odd(path, line))).collect()
}

fn odd(path: &Path, line: &str) -> String {
    format!("{}: a row that is not understood: {line}", path.display())
}

fn country(line: &str) -> Option<Row<Country>> {
    let mut fields = line.splitn(3, ',');
    let (first, last) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Row { first, last, what: Some(Country::new(fields.next()?.as_bytes())?) })
}

fn system(line: &str) -> Option<(Row<u32>, String)> {
    let mut fields = line.splitn(4, ',');
    let (first, last) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let system = fields.next()?.parse().ok()?;
    let name = fields.next()?;
    // As CSV does: in quotes, and a quote is doubled.
    let name = match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_owned(),
    };
    Some((Row { first, last, what: Some(system) }, name))
}
