//! What the newest baseline knows of one file.

use super::baselines;
use crate::cli::Kept;
use anyhow::{Context, Result};
use keeneye_facts::Text;
use keeneye_world::baseline::{Entry, Reader};

/// What is remembered of a file.
pub(crate) struct Known {
    /// The baseline's number.
    pub(crate) number: u64,
    /// When it was made, in seconds since 1970.
    pub(crate) made: i64,
    /// The file as it was; `None` where the baseline does not know it.
    pub(crate) entry: Option<Entry>,
}

/// Reads the newest baseline to its end; `None` when there is none.
pub(crate) fn known(place: &Kept, path: &Text) -> Result<Option<Known>> {
    let baselines = baselines(place);
    let Some(number) = baselines.numbers()?.last().copied() else { return Ok(None) };
    let Some(source) = baselines.read(number)? else { return Ok(None) };
    let unusable = || format!("cannot use {}", baselines.path(number).display());
    let mut reader = Reader::new(source).with_context(unusable)?;
    let mut found = None;
    for entry in reader.by_ref() {
        let entry = entry.with_context(unusable)?;
        if entry.path == *path {
            found = Some(entry);
        }
    }
    reader.end().with_context(unusable)?;
    Ok(Some(Known { number, made: reader.header().made.seconds, entry: found }))
}
