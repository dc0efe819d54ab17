//! Rules of rsyslog.conf(5) that throw away all messages, or all about logins.

use super::{files, lines};
use crate::Look;
use bstr::ByteSlice;
use keeneye_facts::{ControlOffKind, Text};

pub(super) fn look(look: &mut Look<'_>) {
    let mut paths = vec![Text::from("/etc/rsyslog.conf")];
    paths.extend(files(look, "/etc/rsyslog.d", ".conf"));
    for path in paths {
        lines(look, &path, ControlOffKind::Discarded, "rsyslog", discards);
    }
}

/// `SELECTOR ACTION`, where the selector takes every priority of every facility or of those of logins, and the action
/// is `~`, `stop` or /dev/null.
pub(super) fn discards(line: &[u8]) -> bool {
    let mut words = line.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let (Some(selector), Some(action), None) = (words.next(), words.next(), words.next()) else { return false };
    let Some((facilities, priority)) = selector.rsplit_once_str(".") else { return false };
    let every = priority == b"*" || priority == b"debug";
    let mut facilities = facilities.split(|b| *b == b',');
    let about_logins = |name: &[u8]| matches!(name, b"*" | b"auth" | b"authpriv");
    let gone = matches!(action, b"~" | b"stop" | b"/dev/null" | b"-/dev/null");
    every && gone && facilities.any(about_logins)
}
