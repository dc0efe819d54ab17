//! Parts of documents that are measured and written here.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Puts `text` between the marks `<!-- NAME -->` and `<!-- end of NAME -->` of a page.
pub(crate) fn put(page: &Path, name: &str, text: &str) -> Result<()> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let whole = fs::read_to_string(page).with_context(|| page.display().to_string())?;
    let (before, rest) = whole.split_once(&begin).with_context(|| format!("the page has no place for {name}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("the page has no end of {name}"))?;
    Ok(fs::write(page, format!("{before}{begin}{text}{end}{after}"))?)
}
