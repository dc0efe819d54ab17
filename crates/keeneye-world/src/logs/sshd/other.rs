//! What sshd says besides: probes, limits, its own coming and going, and what is known to mean nothing.

use super::known::{FUNCTIONS, HARMLESS};
use super::{connection, login};
use crate::logs::Said;
use crate::logs::line::word;
use crate::logs::peer;
use crate::logs::said::Visitor;
use crate::logs::split::split_last;
use keeneye_facts::LogKind;

/// Any message that does not tell of a login.
pub(super) fn said(text: &[u8]) -> Option<Said<'_>> {
    probe(text)
        .or_else(|| refused(text))
        .or_else(|| account(text))
        .or_else(|| session(text))
        .or_else(|| daemon(text))
        .or_else(|| HARMLESS.iter().any(|begin| text.starts_with(begin)).then(Said::default))
        .or_else(|| of_function(text))
}

/// An address that is read from the left.
fn at_head(kind: LogKind, rest: &[u8]) -> Option<Said<'_>> {
    let (from, port, _) = peer::head(rest)?;
    Some(Said { from: Some(from), port, ..Said::new(kind) })
}

/// An address that is read from the right.
fn at_tail(kind: LogKind, rest: &[u8]) -> Option<Said<'_>> {
    let tail = peer::tail_from(rest)?;
    Some(Said { from: Some(tail.from), port: tail.port, ..Said::new(kind) })
}

/// Connections that were never meant to end in a login.
fn probe(text: &[u8]) -> Option<Said<'_>> {
    for begin in [b"banner exchange: ".as_slice(), b"ssh_dispatch_run_fatal: "] {
        let Some(rest) = text.strip_prefix(begin) else { continue };
        let Some(rest) = rest.strip_prefix(b"Connection from ") else {
            return connection(rest, true).map(Visitor::said);
        };
        return of_somebody(rest).or_else(|| at_head(LogKind::Probed, rest));
    }
    if let Some(rest) = text.strip_prefix(b"kex_exchange_identification: ") {
        let left = rest.starts_with(b"Connection closed by") || rest.starts_with(b"read: Connection reset by");
        return Some(Said::new(if left { LogKind::Aborted } else { LogKind::Probed }));
    }
    if let Some(rest) = text.strip_prefix(b"Timeout before authentication for ") {
        return at_head(LogKind::Aborted, rest.strip_prefix(b"connection from ").unwrap_or(rest));
    }
    if let Some(rest) = text.strip_prefix(b"Protocol major versions differ for ") {
        return at_head(LogKind::Probed, rest);
    }
    for begin in [b"scanned from ".as_slice(), b"probed from "] {
        let Some(rest) = text.strip_prefix(begin) else { continue };
        return at_head(LogKind::Probed, rest);
    }
    let magic = text.starts_with(b"Magic value check failed");
    if magic || text.starts_with(b"Bad protocol version identification ") {
        return at_tail(LogKind::Probed, text);
    }
    let alone = [
        b"no matching ".as_slice(),
        b"no hostkey alg",
        b"Unable to negotiate a key exchange method",
        b"Bad remote protocol version identification",
        b"Bad packet length",
        b"Packet corrupt",
        b"Corrupted ",
        b"padding error",
        b"banner line contains invalid characters",
        b"userauth_request: no",
        b"Invalid packet length",
    ];
    if alone.iter().any(|begin| text.starts_with(begin)) {
        return Some(Said::new(LogKind::Probed));
    }
    let dropped = text.starts_with(b"Read from socket failed") || text.starts_with(b"Write failed");
    dropped.then(|| Said::new(LogKind::Aborted))
}

/// `authenticating user U A port N: TEXT` behind `Connection from`: the text is one of sshd's own.
fn of_somebody(rest: &[u8]) -> Option<Said<'_>> {
    let begins = [b"authenticating user ".as_slice(), b"invalid user ", b"user "];
    if !begins.iter().any(|begin| rest.starts_with(begin)) {
        return None;
    }
    let (who, _) = split_last(rest, b": ")?;
    super::left(who, LogKind::Aborted).map(Visitor::said)
}

/// Connections that were turned away before anybody could try.
fn refused(text: &[u8]) -> Option<Said<'_>> {
    if let Some(rest) = text.strip_prefix(b"refused connect from ") {
        // TCP wrappers: `USER@HOST (ADDRESS)`, and the user is what the other side's ident says.
        let (before, last) = peer::last_word(rest);
        let last = last.strip_prefix(b"(").and_then(|inner| inner.strip_suffix(b")")).unwrap_or(last);
        let host = memchr::memrchr(b'@', last).and_then(|at| last.get(at + 1..)).unwrap_or(last);
        let by = memchr::memrchr(b'@', before).and_then(|at| before.get(..at));
        return peer::is_name(host).then(|| Said { by, from: Some(host), ..Said::new(LogKind::Denied) });
    }
    if let Some(rest) = text.strip_prefix(b"ROOT LOGIN REFUSED FROM ") {
        let said = at_head(LogKind::Denied, rest)?;
        return Some(said.user(b"root"));
    }
    let rest = text.strip_prefix(b"drop connection #")?;
    // `drop connection #10 from [192.0.2.1]:5 on [192.0.2.9]:22 past MaxStartups`
    let (_, rest) = word(rest);
    let (address, _) = word(rest.strip_prefix(b"from ")?);
    let (from, port) = peer::with_colon(address)?;
    Some(Said { from: Some(from), port, ..Said::new(LogKind::Denied) })
}

/// Accounts that may not enter.
fn account(text: &[u8]) -> Option<Said<'_>> {
    let denied = |user| Some(Said::new(LogKind::Denied).user(user));
    if let Some(rest) = text.strip_prefix(b"Access denied for user ") {
        return denied(split_last(rest, b" by ").map_or(rest, |(user, _)| user));
    }
    if let Some(rest) = text.strip_prefix(b"Authentication tried for ") {
        let (user, rest) = split_last(rest, b" with correct key but not from a permitted host")?;
        let said = Said::new(LogKind::Denied).user(user);
        let address = memchr::memmem::find(rest, b"ip=")
            .and_then(|at| rest.get(at + 3..))
            .map(|rest| rest.split(|byte| matches!(byte, b',' | b')')).next().unwrap_or_default());
        return Some(Said { from: address.filter(|address| peer::is_name(address)), ..said });
    }
    if let Some(rest) = text.strip_prefix(b"Login restricted for ") {
        return denied(rest.split(|byte| *byte == b':').next().unwrap_or_default());
    }
    for (begin, end) in [(b"Account ".as_slice(), b" has expired".as_slice()), (b"User ", b" password has expired")] {
        if let Some(rest) = text.strip_prefix(begin)
            && let Some((user, _)) = split_last(rest, end)
        {
            return denied(user);
        }
    }
    let user = text
        .strip_prefix(b"input_userauth_request: invalid user ")
        .or_else(|| text.strip_prefix(b"input_userauth_request: illegal user "))?;
    Some(Said::default().user(user))
}

/// Sessions of those who were let in.
fn session(text: &[u8]) -> Option<Said<'_>> {
    if let Some(rest) = text.strip_prefix(b"Starting session: ") {
        return login::session(rest);
    }
    if let Some(rest) = text.strip_prefix(b"Close session: user ") {
        let (rest, _) = split_last(rest, b" id ")?;
        let said = at_tail(LogKind::SessionClosed, rest)?;
        return Some(said.user(peer::tail_from(rest)?.before));
    }
    if let Some(rest) = text.strip_prefix(b"session opened for local user ") {
        let (user, from) = split_last(rest, b" from [")?;
        let from = from.strip_suffix(b"]").filter(|from| peer::is_name(from))?;
        return Some(Said { from: Some(from), ..Said::new(LogKind::SessionOpened).user(user) });
    }
    if let Some(rest) = text.strip_prefix(b"session closed for local user ") {
        let (user, from) = split_last(rest, b" from [")?;
        let from = from.strip_suffix(b"]").filter(|from| peer::is_name(from))?;
        return Some(Said { from: Some(from), ..Said::new(LogKind::SessionClosed).user(user) });
    }
    if let Some(rest) = text.strip_prefix(b"Timeout, client not responding from ") {
        let visitor = super::left(rest, LogKind::Disconnected)?;
        return Some(Said { kind: LogKind::Disconnected, ..visitor.said() });
    }
    for begin in [b"Read error from remote host ".as_slice(), b"Write error to remote host ", b"Closing connection to "]
    {
        let Some(rest) = text.strip_prefix(begin) else { continue };
        return at_head(LogKind::Disconnected, rest);
    }
    // The HPN patches: `SSH: Server;Ltype: Kex;Remote: 192.0.2.1-1780;Enc: ...`
    let rest = text.strip_prefix(b"SSH: Server;Ltype: ")?;
    let at = memchr::memmem::find(rest, b";Remote: ")?;
    let remote = rest.get(at + b";Remote: ".len()..)?.split(|byte| *byte == b';').next()?;
    let (from, port) = remote.split_at_checked(memchr::memrchr(b'-', remote)?)?;
    let port = port.get(1..).and_then(crate::logs::line::number);
    peer::is_name(from).then(|| Said { from: Some(from), port, ..Said::default() })
}

/// The daemon itself, and keys that were looked at.
fn daemon(text: &[u8]) -> Option<Said<'_>> {
    if text.starts_with(b"Server listening on ") {
        return Some(Said::new(LogKind::DaemonStarted));
    }
    if text.starts_with(b"Received signal ") || text.starts_with(b"Exiting on signal ") {
        return Some(Said::new(LogKind::DaemonStopped));
    }
    // `Accepted key ED25519 SHA256:... found at /home/anna/.ssh/authorized_keys:1`, `Found matching RSA key: ...`
    if let Some(rest) = text.strip_prefix(b"Accepted key ") {
        return Some(Said { key: split_last(rest, b" found at ").map(|(key, _)| key), ..Said::default() });
    }
    if let Some(rest) = text.strip_prefix(b"Found matching ") {
        return Some(Said { key: Some(rest), ..Said::default() });
    }
    // The name is what the other side's DNS says, and it may say anything; the address is sshd's.
    if let Some(rest) = text.strip_prefix(b"Address ")
        && memchr::memmem::find(rest, b" maps to ").is_some()
    {
        return at_head(LogKind::Other, rest);
    }
    let rest = text.strip_prefix(b"reverse mapping checking getaddrinfo for ")?;
    let (before, _) = split_last(rest, b"]")?;
    let (_, from) = split_last(before, b"[")?;
    peer::is_name(from).then(|| Said { from: Some(from), ..Said::default() })
}

/// `userauth_pubkey: ...`, `mm_request_receive: ...`: since 8.4 many messages begin with the function that writes them.
fn of_function(text: &[u8]) -> Option<Said<'_>> {
    let name = text.get(..memchr::memchr(b':', text)?)?;
    let known = FUNCTIONS.iter().any(|begin| name.starts_with(begin));
    let plain = name.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_');
    (known && plain).then(Said::default)
}
