//! `scheme://user:password@place`, and addresses that are secrets themselves: hooks of Slack, bots of Telegram.

use super::words::{hide, skip};
use bstr::ByteSlice;

/// Hosts, and where their secret begins: whoever has the address may write.
const BEARERS: [(&[u8], &[u8]); 2] = [(b"api.telegram.org", b"/bot"), (b"hooks.slack.com", b"/services/")];

pub(super) fn mask(text: &mut [u8]) {
    let ends = |b: u8| b.is_ascii_whitespace() || b"'\";&|<>()".contains(&b);
    let sign = bstr::Finder::new("://");
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| sign.find(rest)) {
        let from = at + found + b"://".len();
        let to = skip(text, from, |b| !ends(b) && b != b'/');
        let place = text.get(from..to).unwrap_or_default();
        at = to;
        let bearer = BEARERS.iter().find(|(host, _)| place == *host);
        if let Some((_, path)) = bearer.filter(|(_, path)| text.get(to..).is_some_and(|rest| rest.starts_with(path))) {
            at = skip(text, to, |b| !ends(b));
            hide(text, to + path.len(), at);
            continue;
        }
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
