//! hosts(5).

use bstr::ByteSlice;
use keeneye_facts::{HostName, Text};
use std::net::IpAddr;

/// A line that is neither blank, nor a comment, nor an address with names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotAnEntry;

/// One line; `None` for blank ones and comments.
pub(super) fn line(text: &[u8], number: u32) -> Result<Option<HostName>, NotAnEntry> {
    let text = text.split(|b| *b == b'#').next().unwrap_or_default();
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let Some(address) = words.next() else { return Ok(None) };
    let names: Vec<Text> = words.map(Text::from).collect();
    if !is_address(address) || names.is_empty() {
        return Err(NotAnEntry);
    }
    Ok(Some(HostName { line: number, address: Text::from(address), names }))
}

/// The zone behind `%` is a part of some IPv6 addresses.
fn is_address(word: &[u8]) -> bool {
    let bare = word.split(|b| *b == b'%').next().unwrap_or_default();
    bare.to_str().is_ok_and(|bare| bare.parse::<IpAddr>().is_ok())
}

/// The last two labels in lower case: `debian.org` of `security.debian.org`. `None` for a name without a dot.
pub(super) fn domain(name: &[u8]) -> Option<Vec<u8>> {
    let lower = name.trim_end_with(|c| c == '.').to_ascii_lowercase();
    let mut dots = lower.rfind_iter(".");
    dots.next()?;
    let from = dots.next().map_or(0, |at| at + 1);
    Some(lower.get(from..)?.to_vec())
}
