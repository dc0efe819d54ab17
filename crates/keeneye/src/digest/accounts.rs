//! What was done to accounts and groups, in words.

use crate::names::concat;
use keeneye_facts::{Level, LogEvent, Text};

/// `new account bob, uid 1001`, `suspicious: changed account bob: uid 1001 → 0, by root`.
pub(crate) fn said(event: &LogEvent) -> Text {
    let level = if event.makes_root() { format!("{}: ", Level::Suspicious.word()) } else { String::new() };
    concat(&[level.as_bytes(), &event.done_to_account()])
}
