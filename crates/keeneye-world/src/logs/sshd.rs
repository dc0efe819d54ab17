//! What OpenSSH's server says, by whatever name its process goes: `sshd`, since 9.8 `sshd-session`, since 10 `sshd-auth`.
//!
//! The grammar is that of the calls of logit(), verbose(), error() and fatal() in OpenSSH from 3.x on, of its PAM and TCP
//! wrapper patches, and of the HPN and obfuscation patches that distributions carried.

mod known;
mod login;
mod other;

use super::said::Visitor;
use super::split::split_last;
use super::{Said, pam, peer};
use keeneye_facts::LogKind;

/// The other side of a connection, as another line of the same process told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer<'a> {
    /// Its address.
    pub from: &'a [u8],
    /// Its port, if that line told it.
    pub port: Option<u16>,
}

impl Peer<'_> {
    /// Whether an address and a port are this peer's.
    #[inline]
    fn is(&self, from: &[u8], port: Option<u16>) -> bool {
        self.from == from && (self.port.is_none() || self.port == port)
    }
}

/// Whether a program is OpenSSH's server.
#[inline]
pub fn is_sshd(program: &[u8]) -> bool {
    program.strip_prefix(b"sshd").is_some_and(|rest| matches!(rest, b"" | b"-session" | b"-auth"))
}

/// What a message says; of one that is known and tells nothing, the kind is `Other`. `None` for a message that is not
/// known at all.
///
/// `known` settles which of several addresses in one line is the peer's; without it such a line has none.
pub(super) fn said<'a>(message: &'a [u8], known: Option<Peer<'_>>) -> Option<Said<'a>> {
    let message = Message::of(message);
    if let Some(visitor) = message.visitor(|| known) {
        return Some(visitor.said());
    }
    message.otherwise()
}

/// A message without what log.c puts before and the monitor behind it.
pub(super) struct Message<'a> {
    text: &'a [u8],
    /// The process before the login wrote it.
    preauth: bool,
}

impl<'a> Message<'a> {
    #[inline(always)]
    pub(super) fn of(message: &'a [u8]) -> Self {
        let text = message.trim_ascii_end();
        let (text, preauth) = match text.strip_suffix(b"auth]") {
            Some(begin) => match begin.strip_suffix(b" [pre") {
                Some(text) => (text.trim_ascii_end(), true),
                None => (begin.strip_suffix(b" [post").map_or(text, <[u8]>::trim_ascii_end), false),
            },
            None => (text, false),
        };
        let text = match text.first() {
            Some(b'e' | b'f') => {
                text.strip_prefix(b"error: ").or_else(|| text.strip_prefix(b"fatal: ")).unwrap_or(text)
            }
            _ => text,
        };
        Self { text: text.trim_ascii_start(), preauth }
    }

    /// What most messages tell: somebody on the other side. `known` is asked only where a message has two readings.
    pub(super) fn visitor<'k>(&self, known: impl Fn() -> Option<Peer<'k>>) -> Option<Visitor<'a>> {
        self.usual().or_else(|| self.unusual(known))
    }

    /// The same of those that make up most of a log under attack, and `None` of all others. All is one function, so that
    /// what it gives stays in registers.
    #[inline(always)]
    pub(super) fn usual(&self) -> Option<Visitor<'a>> {
        let Self { text, preauth } = *self;
        match text.first()? {
            b'F' => login::wrong_password(text),
            b'I' => invalid_user(text),
            b'C' => connection(text, preauth),
            b'p' => pam::of_sshd(text),
            b'R' => received_disconnect(text, preauth, peer::dotted_head),
            b'm' => login::exceeded(text, login::plain_end),
            _ => None,
        }
    }

    /// All that [`Self::usual`] does not know.
    pub(super) fn unusual<'k>(&self, known: impl Fn() -> Option<Peer<'k>>) -> Option<Visitor<'a>> {
        let Self { text, preauth } = *self;
        match text.first()? {
            b'F' => login::result(text, b"Failed ", LogKind::Failed, known),
            b'D' => disconnect(text, preauth, known()),
            b'R' => received_disconnect(text, preauth, peer::head),
            b'A' => login::result(text, b"Accepted ", LogKind::Accepted, known),
            b'm' => login::exceeded(text, login::any_end),
            b'U' => user_not_allowed(text).or_else(|| negotiation(text)),
            b'P' => login::partial(text, known()),
            _ => None,
        }
    }

    /// What any other message says.
    pub(super) fn otherwise(&self) -> Option<Said<'a>> {
        match self.text.first()? {
            // The modules of PAM speak through it.
            b'p' | b'(' | b'a' => pam::said(self.text).or_else(|| other::said(self.text)),
            _ => other::said(self.text),
        }
    }
}

/// `Invalid user U from A port N`, `Illegal user U from A` of old.
#[inline(always)]
fn invalid_user(text: &[u8]) -> Option<Visitor<'_>> {
    let rest = text.strip_prefix(b"Invalid user ").or_else(|| text.strip_prefix(b"Illegal user "))?;
    let tail = peer::tail_from(rest)?;
    let said = Visitor::new(LogKind::UnknownUser).user(tail.before);
    Some(Visitor { from: Some(tail.from), port: tail.port, ..said })
}

/// `User U from A not allowed because ...`; the user is one of this host's.
fn user_not_allowed(text: &[u8]) -> Option<Visitor<'_>> {
    let rest = text.strip_prefix(b"User ")?;
    let (rest, _) = split_last(rest, b" not allowed because ")?;
    let said = Visitor::new(LogKind::Denied);
    Some(match peer::tail_from(rest) {
        Some(tail) => Visitor { from: Some(tail.from), port: tail.port, ..said.user(tail.before) },
        None => said.user(rest),
    })
}

/// What begins with `Connection`: opened, closed, reset.
#[inline(always)]
fn connection(text: &[u8], preauth: bool) -> Option<Visitor<'_>> {
    let rest = text.strip_prefix(b"Connection ")?;
    if let Some(rest) = rest.strip_prefix(b"from ") {
        let (from, port, _) = peer::head(rest)?;
        return Some(Visitor { from: Some(from), port, ..Visitor::default() });
    }
    let who = rest.strip_prefix(b"closed by ").or_else(|| rest.strip_prefix(b"reset by "))?;
    // Before 7.2 a line had no port, and without [preauth] it may be from before or after the login. Since 7.6 it has
    // the user's name after it.
    let early = preauth || peer::tail(who)?.port.is_some();
    left(who, if early { LogKind::Aborted } else { LogKind::Disconnected })
}

/// Somebody who left: `authenticating user U A port N`, `invalid user U A port N`, `user U A port N`, `A port N`, `A`.
/// `nameless` is what it is without a user.
#[inline(always)]
fn left(who: &[u8], nameless: LogKind) -> Option<Visitor<'_>> {
    let tail = peer::tail(who)?;
    let said = Visitor { from: Some(tail.from), port: tail.port, ..Visitor::new(nameless) };
    if tail.before.is_empty() {
        return Some(said);
    }
    let (kind, user) = whose(tail.before)?;
    Some(Visitor { kind, ..said.user(user) })
}

/// How far somebody had come, and who he said he is.
#[inline(always)]
fn whose(text: &[u8]) -> Option<(LogKind, &[u8])> {
    let of = |word: &[u8], kind| {
        let rest = text.strip_prefix(word)?;
        // An empty name leaves one blank or none.
        Some((kind, rest.strip_prefix(b" ").unwrap_or(rest)))
    };
    of(b"authenticating user", LogKind::Aborted)
        .or_else(|| of(b"invalid user", LogKind::Aborted))
        .or_else(|| of(b"user", LogKind::Disconnected))
}

/// `Disconnected from ...`, `Disconnecting ...: REASON`, `Did not receive identification string from A port N`.
fn disconnect<'a>(text: &'a [u8], preauth: bool, known: Option<Peer<'_>>) -> Option<Visitor<'a>> {
    if let Some(who) = text.strip_prefix(b"Disconnected from ") {
        return left(who, if preauth { LogKind::Aborted } else { LogKind::Disconnected });
    }
    if let Some(reason) = text.strip_prefix(b"Disconnecting: ") {
        return Some(Visitor::new(reason_kind(reason)));
    }
    if let Some(rest) = text.strip_prefix(b"Disconnecting ") {
        return disconnecting(rest, known);
    }
    let tail = peer::tail(text.strip_prefix(b"Did not receive identification string from ")?)?;
    Some(Visitor { from: Some(tail.from), port: tail.port, ..Visitor::new(LogKind::Probed) })
}

/// `invalid user U A port N: REASON`. Both user and reason may hold what an attacker typed, so every ` port N: ` at
/// which both sides fit is weighed; where more than one does, only what is known of the connection decides.
fn disconnecting<'a>(rest: &'a [u8], known: Option<Peer<'_>>) -> Option<Visitor<'a>> {
    let fits = |at: usize| {
        let behind = rest.get(at + b" port ".len()..)?;
        let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let reason = behind.get(digits..)?.strip_prefix(b": ")?;
        let tail = peer::tail(rest.get(..at + b" port ".len() + digits)?)?;
        let user = if tail.before.is_empty() { None } else { Some(whose(tail.before)?.1) };
        let changed = reason.strip_prefix(b"Change of username or service not allowed: (");
        let same = changed.is_none_or(|names| user.is_some_and(|user| names.starts_with(user)));
        let said = Visitor { user, from: Some(tail.from), port: tail.port, ..Visitor::new(reason_kind(reason)) };
        same.then_some(said)
    };
    let mut all = memchr::memmem::find_iter(rest, b" port ").take(CANDIDATES).filter_map(fits);
    let first = all.next()?;
    Some(one_of(first, all, known))
}

/// So many readings of one line are weighed.
const CANDIDATES: usize = 16;

/// The reading that agrees with what is known; the only one; or one without an address.
fn one_of<'a>(first: Visitor<'a>, others: impl Iterator<Item = Visitor<'a>>, known: Option<Peer<'_>>) -> Visitor<'a> {
    let agrees = |said: &Visitor<'_>| known.is_some_and(|peer| said.from.is_some_and(|from| peer.is(from, said.port)));
    let mut others = others.peekable();
    if others.peek().is_none() || agrees(&first) {
        return first;
    }
    others.find(|said| agrees(said)).unwrap_or(Visitor { user: None, from: None, port: None, key: None, ..first })
}

/// Why sshd itself ended a connection.
fn reason_kind(reason: &[u8]) -> LogKind {
    let denied = reason.starts_with(b"Too many authentication failures")
        || reason.starts_with(b"Change of username or service not allowed");
    if denied { LogKind::Denied } else { LogKind::Probed }
}

/// `Received disconnect from A port N:CODE: TEXT`; the text is the client's, so the address is read from the left.
/// Codes are those of RFC 4253, section 11.1.
#[inline(always)]
fn received_disconnect<'a>(
    text: &'a [u8],
    preauth: bool,
    head: impl Fn(&'a [u8]) -> Option<(&'a [u8], Option<u16>, &'a [u8])>,
) -> Option<Visitor<'a>> {
    let (from, port, rest) = head(text.strip_prefix(b"Received disconnect from ")?)?;
    let kind = disconnect_kind(rest, preauth);
    Some(Visitor { from: Some(from), port, ..Visitor::new(kind) })
}

#[inline(always)]
fn disconnect_kind(rest: &[u8], preauth: bool) -> LogKind {
    let code = rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start();
    // Libraries of Java report a wrong password so.
    if code.starts_with(b"3:") && code.ends_with(b": Auth fail") {
        return LogKind::Failed;
    }
    // Key exchange failed, authentication cancelled, no more methods, host not allowed: none of them after a login.
    let before_login = [b"1:".as_slice(), b"3:", b"13:", b"14:"].iter().any(|number| code.starts_with(number));
    if preauth || before_login { LogKind::Aborted } else { LogKind::Disconnected }
}

/// `Unable to negotiate with A port N: no matching ... found. Their offer: ...`; the offer is the client's.
fn negotiation(text: &[u8]) -> Option<Visitor<'_>> {
    let (from, port, _) = peer::head(text.strip_prefix(b"Unable to negotiate with ")?)?;
    Some(Visitor { from: Some(from), port, ..Visitor::new(LogKind::Probed) })
}
