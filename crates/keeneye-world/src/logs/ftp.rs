//! Servers of FTP: vsftpd, ProFTPD, Pure-FTPd.

use super::Said;
use super::line::word;
use super::peer;
use super::split::{split, split_last};
use keeneye_facts::LogKind;

/// So many readings of one line are weighed.
const CANDIDATES: usize = 16;

/// vsftpd: `[pid 4] [USER] FAIL LOGIN: Client "ADDRESS"[, "TEXT"]`. The name is what was typed, and so is the text of a
/// command; where a line can be read in two ways, it has no address.
pub(super) fn vsftpd(text: &[u8]) -> Option<Said<'_>> {
    let text = match text.strip_prefix(b"[pid ") {
        Some(rest) => split(rest, b"] ")?.1,
        None => text,
    };
    if let Some(rest) = text.strip_prefix(b"CONNECT: Client \"") {
        return Some(Said { from: split(rest, b"\"").map(|(from, _)| from), ..Said::default() });
    }
    let text = text.strip_prefix(b"[")?;
    let mut all = memchr::memmem::find_iter(text, b": Client \"").take(CANDIDATES).filter_map(|at| client(text, at));
    let first = all.next()?;
    match all.next() {
        None => Some(first),
        Some(_) => Some(Said { user: None, from: None, ..first }),
    }
}

/// One reading: the verb before `: Client "`, and nothing but a quoted text behind the address.
fn client(text: &[u8], at: usize) -> Option<Said<'_>> {
    let (before, behind) = text.split_at_checked(at)?;
    let (user, verb) = split_last(before, b"] ")?;
    let (from, rest) = split(behind.strip_prefix(b": Client \"")?, b"\"")?;
    let quoted = rest.strip_prefix(b", \"").and_then(|rest| rest.strip_suffix(b"\""));
    if !peer::is_name(from) || !(rest.is_empty() || rest.starts_with(b", \"")) {
        return None;
    }
    let kind = match verb {
        b"FAIL LOGIN" => LogKind::Failed,
        b"OK LOGIN" => LogKind::Accepted,
        b"FTP response" if quoted.is_some_and(|text| text.starts_with(b"530 Permission denied")) => LogKind::Denied,
        b"FTP command" | b"FTP response" => LogKind::Other,
        _ if verb.starts_with(b"OK ") || verb.starts_with(b"FAIL ") => LogKind::Other,
        _ => return None,
    };
    Some(Said { from: Some(from), ..Said::new(kind).user(user) })
}

/// ProFTPD: `SERVER (HOST[ADDRESS])[:| -] TEXT`; the address stands before anything that was typed.
pub(super) fn proftpd(text: &[u8]) -> Option<Said<'_>> {
    let (_, rest) = split(text, b" (")?;
    let (host, rest) = split(rest, b"])")?;
    let (_, from) = split(host, b"[")?;
    if !peer::is_name(from) {
        return None;
    }
    let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b" -")).unwrap_or(rest).trim_ascii_start();
    let with = |kind| Said { from: Some(from), ..Said::new(kind) };
    if rest.starts_with(b"SECURITY VIOLATION") {
        return Some(with(LogKind::Denied).user(b"root"));
    }
    if rest.starts_with(b"Maximum login attempts") {
        return Some(with(LogKind::Denied));
    }
    if let Some(rest) = rest.strip_prefix(b"USER ").or_else(|| rest.strip_prefix(b"ANON ")) {
        for (end, kind) in [
            (b": no such user found from ".as_slice(), LogKind::UnknownUser),
            (b" (Login failed): No such user found", LogKind::UnknownUser),
            (b" (Login failed): ", LogKind::Failed),
            (b" (Login failed)", LogKind::Failed),
            (b": Login successful", LogKind::Accepted),
        ] {
            if let Some((user, _)) = split_last(rest, end) {
                return Some(with(kind).user(user));
            }
        }
    }
    Some(with(LogKind::Other))
}

/// Pure-FTPd: `(USER@ADDRESS) [WARNING] Authentication failed for user [NAME]`.
pub(super) fn pure_ftpd(text: &[u8]) -> Option<Said<'_>> {
    let (who, rest) = split(text.strip_prefix(b"(")?, b") [")?;
    let (_, from) = split_last(who, b"@")?;
    let (_, rest) = split(rest, b"] ")?;
    let from = Some(from).filter(|from| peer::is_name(from));
    if let Some(user) = rest.strip_prefix(b"Authentication failed for user [") {
        return Some(Said { from, ..Said::new(LogKind::Failed).user(user.strip_suffix(b"]").unwrap_or(user)) });
    }
    let (user, rest) = word(rest);
    if rest == b"is now logged in" {
        return Some(Said { from, ..Said::new(LogKind::Accepted).user(user) });
    }
    Some(Said { from, ..Said::default() })
}
