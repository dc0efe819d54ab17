//! The other side of a connection, read from the end of a message.
//!
//! User names are whatever an attacker types, blanks and `from 192.0.2.1 port 22` included, and they stand before the
//! address. So the address is looked for from the right, by the grammar of the tail, never by the first `from`.

use super::bytes::Bytes;
use super::digits;
use super::line::number;

/// `BEFORE ADDRESS port N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tail<'a> {
    pub(super) before: &'a [u8],
    pub(super) from: &'a [u8],
    pub(super) port: Option<u16>,
}

/// The address, with its port if one stands there, at the end of a text; blanks and other endings are taken off before.
#[inline(always)]
pub(super) fn tail(text: &[u8]) -> Option<Tail<'_>> {
    if let Some((port, length)) = digits::last(text)
        && let Ok(port) = u16::try_from(port)
        && let Some(rest) = text.get(..text.len() - length).and_then(|rest| rest.strip_suffix(b" port "))
    {
        let (before, from) = last_name(rest)?;
        return Some(Tail { before, from, port: Some(port) });
    }
    let (before, from) = last_name(text)?;
    Some(Tail { before, from, port: None })
}

/// The address or host name that a text ends with, and what stands before the blank before it.
#[inline(always)]
fn last_name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some(length) = digits::last_dotted(text) {
        let (before, name) = text.split_at_checked(text.len() - length)?;
        return Some((before.get(..before.len() - 1)?, name));
    }
    last_name_of_any_kind(text)
}

fn last_name_of_any_kind(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let begin = text.iter().rposition(|byte| !OF_NAMES.has(*byte)).map_or(0, |at| at + 1);
    let (before, name) = text.split_at_checked(begin)?;
    let before = if before.is_empty() { before } else { before.strip_suffix(b" ")? };
    (1..=LONGEST).contains(&name.len()).then_some((before, name))
}

/// The address or host name that a text begins with, and what stands behind it: nothing or a blank and more.
#[inline(always)]
pub(super) fn first_name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some((name, behind)) = digits::first_dotted(text).and_then(|length| text.split_at_checked(length))
        && matches!(behind, [] | [b' ', ..])
    {
        return Some((name, behind));
    }
    first_name_of_any_kind(text)
}

fn first_name_of_any_kind(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| !OF_NAMES.has(*byte)).unwrap_or(text.len());
    let (name, behind) = text.split_at_checked(end)?;
    let whole = (1..=LONGEST).contains(&name.len()) && matches!(behind, [] | [b' ', ..]);
    whole.then_some((name, behind))
}

/// `BEFORE from ADDRESS port N`: what [`tail`] finds behind a `from`, which is taken off.
#[inline(always)]
pub(super) fn tail_from(text: &[u8]) -> Option<Tail<'_>> {
    let tail = tail(text)?;
    let before = match tail.before {
        b"from" => b"".as_slice(),
        before => before.strip_suffix(b" from")?,
    };
    Some(Tail { before, ..tail })
}

/// `ADDRESS port N` at the begin of a text, and what stands behind it. Only where nothing of an attacker's is before it.
pub(super) fn head(text: &[u8]) -> Option<(&[u8], Option<u16>, &[u8])> {
    dotted_head(text).or_else(|| head_of_any_kind(text))
}

/// The same of an IPv4 address with a port.
#[inline(always)]
pub(super) fn dotted_head(text: &[u8]) -> Option<(&[u8], Option<u16>, &[u8])> {
    let (from, rest) = text.split_at_checked(digits::first_dotted(text)?)?;
    let behind = rest.strip_prefix(b" port ")?;
    let (port, length) = digits::first(behind)?;
    Some((from, u16::try_from(port).ok(), behind.get(length..)?))
}

fn head_of_any_kind(text: &[u8]) -> Option<(&[u8], Option<u16>, &[u8])> {
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    let (from, rest) = text.split_at_checked(end)?;
    let Some(behind) = rest.strip_prefix(b" port ") else {
        // `192.0.2.1: 11: Bye Bye`
        let bare = from.strip_suffix(b":").unwrap_or(from);
        return is_name(bare).then(|| (bare, None, text.get(bare.len()..).unwrap_or_default()));
    };
    let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (port, rest) = behind.split_at_checked(digits)?;
    is_name(from).then_some((from, number(port), rest))
}

/// `ADDRESS:PORT`, `[ADDRESS]:PORT`; without a port where none stands there.
pub(super) fn with_colon(text: &[u8]) -> Option<(&[u8], Option<u16>)> {
    let (address, port) = match memchr::memrchr(b':', text).and_then(|at| text.split_at_checked(at)) {
        // An IPv6 address without brackets has more than one colon, and dropbear writes `::ffff:192.0.2.1:5543`.
        Some((address, port)) => match port.get(1..).and_then(number) {
            Some(port) => (address, Some(port)),
            None => (text, None),
        },
        None => (text, None),
    };
    let address = address.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]")).unwrap_or(address);
    is_name(address).then_some((address, port))
}

/// Whether it can be an address or a host name: nothing that needs a blank, a quote or a bracket.
#[inline]
pub(super) fn is_name(text: &[u8]) -> bool {
    !text.is_empty() && text.len() <= LONGEST && text.iter().all(|byte| OF_NAMES.has(*byte))
}

/// No name of a host is longer.
const LONGEST: usize = 255;
/// Which bytes an address or a host name may hold.
static OF_NAMES: Bytes = Bytes::of(b".:-_%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

/// What stands before the last blank, and the word behind it.
#[inline]
pub(super) fn last_word(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().rposition(|byte| *byte == b' ').and_then(|at| text.split_at_checked(at)) {
        Some((before, word)) => (before, word.get(1..).unwrap_or_default()),
        None => (b"", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails() {
        let is = |text: &'static str| tail_from(text.as_bytes()).map(|tail| (tail.before, tail.from, tail.port));
        assert_eq!(is("x from 192.0.2.1 port 22"), Some((b"x".as_slice(), b"192.0.2.1".as_slice(), Some(22))));
        assert_eq!(is("x from 8.8.8.8 port 2 from fe80::1%eth0 port 22").unwrap().1, b"fe80::1%eth0");
        assert_eq!(is("from 192.0.2.1").unwrap(), (b"".as_slice(), b"192.0.2.1".as_slice(), None));
        assert_eq!(is("x from 192.0.2.1 port 99999"), None);
        assert_eq!(is("x by 192.0.2.1 port 9"), None);
        assert_eq!(is("x from 192.0.2.1, port 9"), None);
    }

    #[test]
    fn colons() {
        let is = |text: &'static str| with_colon(text.as_bytes());
        assert_eq!(is("192.0.2.1:5543"), Some((b"192.0.2.1".as_slice(), Some(5543))));
        assert_eq!(is("::ffff:192.0.2.1:5543"), Some((b"::ffff:192.0.2.1".as_slice(), Some(5543))));
        assert_eq!(is("[2001:db8::1]:22"), Some((b"2001:db8::1".as_slice(), Some(22))));
        assert_eq!(is("web.example"), Some((b"web.example".as_slice(), None)));
        assert_eq!(is("a b:3"), None);
    }
}
