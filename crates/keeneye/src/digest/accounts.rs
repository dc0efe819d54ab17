//! What was done to accounts and groups, in words.

use crate::names::concat;
use keeneye_facts::{LogEvent, Text};

/// `new account bob, uid 1001`, `ROOT'S NUMBER: changed account bob: uid 1001 → 0, by root`. How grave that is, detectors say
/// of the account itself: anybody on the host can write lines of syslog.
pub(crate) fn said(event: &LogEvent) -> Text {
    let mark: &[u8] = if event.makes_root() { b"ROOT'S NUMBER: " } else { b"" };
    concat(&[mark, &event.done_to_account()])
}
