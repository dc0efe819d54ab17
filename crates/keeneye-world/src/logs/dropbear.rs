//! Dropbear, the small SSH server.

use super::Said;
use super::line::word;
use super::peer;
use super::split::{split, split_last};
use super::stamp;
use keeneye_facts::LogKind;

/// What dropbear says; the peer is `ADDRESS:PORT`, at the end or in `<...>` before anything that was typed.
pub(super) fn said(text: &[u8]) -> Option<Said<'_>> {
    let text = without_own_stamp(text);
    if let Some(rest) = text.strip_prefix(b"Exit before auth") {
        return before_login(rest);
    }
    if let Some(rest) = text.strip_prefix(b"Exit (") {
        let (user, rest) = split(rest, b")")?;
        let said = Said::new(LogKind::Disconnected).user(user);
        return Some(with(said, rest.strip_prefix(b" from <").and_then(|rest| Some(split(rest, b">")?.0))));
    }
    let (before, peer) = split_last(text, b" from ")?;
    if before == b"Child connection" {
        return Some(with(Said::default(), Some(peer)));
    }
    // Old versions begin with a small letter.
    let (verb, what) = word(before);
    let (kind, method) = match verb {
        b"Bad" | b"bad" => (LogKind::Failed, what),
        b"Login" | b"login" if what.starts_with(b"attempt for nonexistent user") => {
            (LogKind::UnknownUser, b"".as_slice())
        }
        b"Login" | b"login" if what.starts_with(b"attempt ") => (LogKind::Denied, b"".as_slice()),
        b"Password" | b"password" | b"Pubkey" | b"pubkey" | b"PAM" | b"Public" if is_success(what) => {
            (LogKind::Accepted, before)
        }
        _ => return None,
    };
    let method = match () {
        () if memchr::memmem::find(method, b"assword").is_some() => Some(b"password".as_slice()),
        () if method.is_empty() => None,
        () => Some(b"publickey".as_slice()),
    };
    let key = split(what, b"' with key ").map(|(_, key)| key);
    let user = split(what, b"'").map(|(_, rest)| rest).and_then(|rest| {
        let end = split(rest, b"' with key ").or_else(|| split_last(rest, b"'"));
        end.map(|(user, _)| user)
    });
    Some(with(Said { user, method, key, ..Said::new(kind) }, Some(peer)))
}

fn is_success(what: &[u8]) -> bool {
    memchr::memmem::find(what, b"auth succeeded for '").is_some()
}

/// ` from <A:P>: REASON`, ` (user 'U', 3 fails): REASON[ from A:P]`.
fn before_login(rest: &[u8]) -> Option<Said<'_>> {
    let tries = memchr::memmem::find(rest, b"Max auth tries reached").is_some();
    let said = Said::new(if tries { LogKind::Denied } else { LogKind::Aborted });
    if let Some(rest) = rest.strip_prefix(b" from <") {
        let (peer, rest) = split(rest, b">")?;
        return Some(with(Said { user: named(rest), ..said }, Some(peer)));
    }
    let peer = split_last(rest, b" from ").map(|(_, peer)| peer);
    Some(with(Said { user: named(rest), ..said }, peer))
}

/// The name of `(user 'U', 3 fails)`.
fn named(rest: &[u8]) -> Option<&[u8]> {
    let (_, rest) = split(rest, b"(user '")?;
    Some(split(rest, b"', ")?.0)
}

fn with<'a>(said: Said<'a>, peer: Option<&'a [u8]>) -> Said<'a> {
    match peer.and_then(peer::with_colon) {
        Some((from, port)) => Said { from: Some(from), port, ..said },
        None => said,
    }
}

/// In the foreground dropbear puts `[825] Jul 10 23:53:52 ` before each message, under systemd as well.
fn without_own_stamp(text: &[u8]) -> &[u8] {
    let own = || {
        let (_, rest) = split(text.strip_prefix(b"[")?, b"] ")?;
        Some(stamp::read(rest)?.1)
    };
    own().unwrap_or(text)
}
