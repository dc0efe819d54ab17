//! The lines of auth_log() and of the PAM patches: who tried to get in, how, and whether it worked.

use super::{CANDIDATES, Peer, one_of};
use crate::logs::Said;
use crate::logs::line::{number, word};
use crate::logs::peer;
use crate::logs::said::Visitor;
use crate::logs::split::split_last;
use keeneye_facts::LogKind;

/// `Failed password for [invalid user ]USER from ADDRESS port N ssh2` and a name of one word: there is no other reading.
#[inline(always)]
pub(super) fn wrong_password(text: &[u8]) -> Option<Visitor<'_>> {
    let rest = text.strip_prefix(b"Failed password for ")?;
    plain(Visitor { method: Some(b"password"), ..Visitor::new(LogKind::Failed) }, rest)
}

/// `METHOD for [invalid user ]USER from ADDRESS port N ssh2[: INFORMATION]` behind a verb.
///
/// User names are any text of at most 100 bytes, and of a failed attempt so are the id of a certificate and the names
/// that a client gives for hostbased logins. Read from the right, the line ends at the port, or in a fingerprint.
pub(super) fn result<'a, 'k>(
    text: &'a [u8],
    verb: &[u8],
    kind: LogKind,
    known: impl Fn() -> Option<Peer<'k>>,
) -> Option<Visitor<'a>> {
    let (method, rest) = word(text.strip_prefix(verb)?);
    let rest = rest.strip_prefix(b"for ")?;
    let said = Visitor { method: Some(method), ..Visitor::new(kind) };
    plain(said, rest).or_else(|| with_key(said, rest)).or_else(|| two_readings(said, rest, known()))
}

/// The line ends with the port, and the name has one word.
#[inline(always)]
fn plain<'a>(said: Visitor<'a>, rest: &'a [u8]) -> Option<Visitor<'a>> {
    let tail = plain_end(rest)?;
    let said = with_user(said, tail.before, tail.from, tail.port);
    said.user.is_some_and(|user| word(user).0.len() == user.len()).then_some(said)
}

/// `USER from ADDRESS port N ssh2: ED25519 SHA256:...`: a name of one word, and a key of which nothing was typed.
#[inline]
fn with_key<'a>(said: Visitor<'a>, rest: &'a [u8]) -> Option<Visitor<'a>> {
    let (user, behind) = word(rest);
    let (from, port, behind) = peer::head(behind.strip_prefix(b"from ")?)?;
    let key = behind.strip_prefix(b" ssh2: ").filter(|key| is_plain_key(key) && is_key(key))?;
    port?;
    Some(Visitor { key: Some(key), ..with_user(said, user, from, port) })
}

/// The same of a line in which more than one ` from ADDRESS port N` may stand.
fn two_readings<'a>(said: Visitor<'a>, rest: &'a [u8], known: Option<Peer<'_>>) -> Option<Visitor<'a>> {
    if let Some(tail) = plain_end(rest)
        && known.is_none_or(|known| known.is(tail.from, tail.port))
    {
        return Some(with_user(said, tail.before, tail.from, tail.port));
    }
    from_candidates(said, rest, known).or_else(|| {
        let tail = any_end(rest)?;
        Some(with_user(said, tail.before, tail.from, tail.port))
    })
}

/// What begins with `P`: a step of several, or what a module of PAM told.
pub(super) fn partial<'a>(text: &'a [u8], known: Option<Peer<'_>>) -> Option<Visitor<'a>> {
    result(text, b"Partial ", LogKind::Partial, || known)
        .or_else(|| result(text, b"Postponed ", LogKind::Other, || known))
        .or_else(|| pam_module(text))
}

/// The line ends with the port and the protocol, as most do.
#[inline(always)]
pub(super) fn plain_end(rest: &[u8]) -> Option<peer::Tail<'_>> {
    let tail = peer::tail_from(rest.strip_suffix(b" ssh2").or_else(|| rest.strip_suffix(b" ssh1"))?)?;
    tail.port.is_some().then_some(tail)
}

/// With or without the port and the protocol.
pub(super) fn any_end(rest: &[u8]) -> Option<peer::Tail<'_>> {
    peer::tail_from(without_protocol(rest))
}

fn without_protocol(rest: &[u8]) -> &[u8] {
    rest.strip_suffix(b" ssh2").or_else(|| rest.strip_suffix(b" ssh1")).unwrap_or(rest).trim_ascii_end()
}

/// Adds who and from where; a name that sshd calls invalid makes a failure one of an account that does not exist.
#[inline(always)]
fn with_user<'a>(said: Visitor<'a>, user: &'a [u8], from: &'a [u8], port: Option<u16>) -> Visitor<'a> {
    let said = Visitor { from: Some(from), port, ..said };
    for unknown in [b"invalid user".as_slice(), b"illegal user"] {
        let Some(rest) = user.strip_prefix(unknown) else { continue };
        // An empty name leaves no blank behind.
        let name = if rest.is_empty() { Some(rest) } else { rest.strip_prefix(b" ") };
        let kind = if said.kind == LogKind::Failed { LogKind::UnknownUser } else { said.kind };
        return name.map_or(said.user(user), |name| Visitor { kind, ..said.user(name) });
    }
    said.user(user)
}

/// Weighs each ` from ADDRESS port N [ssh2]` of a line.
fn from_candidates<'a>(said: Visitor<'a>, rest: &'a [u8], known: Option<Peer<'_>>) -> Option<Visitor<'a>> {
    let read = |at: usize| {
        let (from, port, behind) = peer::head(rest.get(at + b" from ".len()..)?)?;
        port?;
        let behind = behind.trim_ascii_start();
        let behind = behind.strip_prefix(b"ssh2").or_else(|| behind.strip_prefix(b"ssh1")).unwrap_or(behind);
        if !behind.is_empty() && !behind.starts_with(b": ") {
            return None;
        }
        let key = behind.strip_prefix(b": ").filter(|key| is_key(key));
        let said = Visitor { key, ..with_user(said, rest.get(..at)?, from, port) };
        Some((said, behind.strip_prefix(b": ")))
    };
    let all = || memchr::memmem::rfind_iter(rest, b" from ").take(CANDIDATES).filter_map(read);
    if let Some(peer) = known
        && let Some((said, _)) = all().find(|(said, _)| said.from.is_some_and(|from| peer.is(from, said.port)))
    {
        return Some(said);
    }
    let mut likely = all().filter(|(_, behind)| behind.is_none_or(is_plain_key)).map(|(said, _)| said);
    if let Some(said) = likely.next() {
        return Some(said);
    }
    // A certificate, or what a client of hostbased or of protocol 1 calls itself. Who was let in has a name of this
    // host's, so there the first reading is right.
    if matches!(said.kind, LogKind::Accepted | LogKind::Partial) {
        return all().last().map(|(said, _)| said);
    }
    let mut all = all().map(|(said, _)| said);
    let first = all.next()?;
    Some(one_of(first, all, None))
}

/// `ED25519 SHA256:...` and nothing more.
fn is_plain_key(text: &[u8]) -> bool {
    let (kind, print) = word(text);
    !kind.is_empty() && print.contains(&b':') && !print.contains(&b' ') && !kind.ends_with(b"-CERT")
}

/// What is told of a key begins with its kind: capitals, digits and dashes.
fn is_key(text: &[u8]) -> bool {
    let (kind, rest) = word(text);
    let capital = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-';
    !rest.is_empty() && kind.iter().all(capital)
}

/// `maximum authentication attempts exceeded for [invalid user ]U from A port N ssh2`; `end` reads it from the right.
#[inline(always)]
pub(super) fn exceeded<'a>(text: &'a [u8], end: impl Fn(&'a [u8]) -> Option<peer::Tail<'a>>) -> Option<Visitor<'a>> {
    let tail = end(text.strip_prefix(b"maximum authentication attempts exceeded for ")?)?;
    Some(with_user(Visitor::new(LogKind::Denied), tail.before, tail.from, tail.port))
}

/// `PAM: TEXT for [illegal user ]U from A[ via LOCAL]`, which the PAM code writes with what the module said.
fn pam_module(text: &[u8]) -> Option<Visitor<'_>> {
    let rest = text.strip_prefix(b"PAM: ")?;
    let method = Some(b"pam".as_slice());
    let without_via = |text| {
        let (before, via) = split_last(text, b" via ")?;
        peer::is_name(via).then(|| peer::tail_from(before))?
    };
    let Some(tail) = without_via(rest).or_else(|| peer::tail_from(rest)) else {
        return Some(Visitor { method, ..Visitor::default() });
    };
    // The module's text comes from the C library or the module; the user is behind the first `for` of it.
    let at = memchr::memmem::find(tail.before, b" for ")?;
    let user = tail.before.get(at + b" for ".len()..)?;
    Some(Visitor { method, ..with_user(Visitor::new(LogKind::Failed), user, tail.from, tail.port) })
}

/// `ssh2` and a number in brackets are all that may follow; used for lines of sessions.
pub(super) fn session(text: &[u8]) -> Option<Said<'_>> {
    // `shell on pts/0 for anna from 192.0.2.1 port 5 id 0`
    let (rest, _) = split_last(text, b" id ").filter(|(_, id)| number::<u32>(id).is_some()).unwrap_or((text, b""));
    let tail = peer::tail_from(rest)?;
    let (what, user) = split_last(tail.before, b" for ")?;
    let said = Said { from: Some(tail.from), port: tail.port, ..Said::new(LogKind::SessionOpened).user(user) };
    Some(match split_last(what, b" on ") {
        Some((_, tty)) => Said { tty: Some(tty), ..said },
        None => Said { command: Some(what), ..said },
    })
}
