//! `scheme://user:password@place`.

use super::words::{hide, skip};
use bstr::ByteSlice;

pub(super) fn mask(text: &mut [u8]) {
    let ends = |b: u8| b.is_ascii_whitespace() || b"'\";&|<>()".contains(&b);
    let sign = bstr::Finder::new("://");
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| sign.find(rest)) {
        let from = at + found + b"://".len();
        let to = skip(text, from, |b| !ends(b) && b != b'/');
        let place = text.get(from..to).unwrap_or_default();
        at = to;
        if let Some(end) = place.rfind_byte(b'@') {
            hide(text, from, from + end);
            continue;
        }
        // A password with a slash in it: what follows the colon is no port.
        let port = place.split(|b| *b == b':').nth(1).is_none_or(|port| port.iter().all(u8::is_ascii_digit));
        if port || place.starts_with(b"[") {
            continue;
        }
        let word = skip(text, from, |b| !ends(b));
        if let Some(end) = text.get(from..word).and_then(|rest| rest.rfind_byte(b'@')) {
            hide(text, from, from + end);
        }
        at = word;
    }
}
