//! What the modules of PAM say, with the prefix of whatever program uses them.
//!
//! `pam_unix(sshd:auth): TEXT` since Linux-PAM 0.99.2; `(pam_unix) TEXT` and `pam_unix: TEXT` before.

use super::Said;
use super::line::{number, word};
use super::peer;
use super::said::Visitor;
use keeneye_facts::LogKind;

/// What a module says. `None` when no module speaks; of what is known to tell nothing, the kind is `Other`.
pub(super) fn said(message: &[u8]) -> Option<Said<'_>> {
    if let Some(visitor) = of_sshd(message) {
        return Some(visitor.said());
    }
    let (module, text) = module(message)?;
    let mut said = failure(text);
    if said.is_none() {
        said = session(text).or_else(|| account(text));
    }
    let mut said = said.unwrap_or_default();
    said.method = said.method.or(Some(module));
    Some(said)
}

/// What pam_unix says through sshd of an attempt: most of what PAM says in all logs.
#[inline(always)]
pub(super) fn of_sshd(message: &[u8]) -> Option<Visitor<'_>> {
    let text = message.strip_prefix(UNIX_OF_SSHD)?;
    let said = Visitor { method: Some(UNIX), ..Visitor::default() };
    match attempt(text) {
        Some((from, user)) => Some(Visitor { kind: LogKind::Failed, from: Some(from), user, ..said }),
        None => (text == UNKNOWN).then_some(said),
    }
}

/// The address and the user of `authentication failure; ... rhost=192.0.2.7  user=root` as sshd has it.
#[inline(always)]
fn attempt(text: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let (from, behind) = peer::first_name(text.strip_prefix(OF_SSHD)?)?;
    let user = behind.trim_ascii_start().strip_prefix(b"user=");
    (behind.is_empty() || user.is_some()).then_some((from, user))
}

/// The module's name, and what it says.
#[inline]
fn module(message: &[u8]) -> Option<(&[u8], &[u8])> {
    if message.starts_with(b"pam_") {
        let end = message.iter().position(|byte| *byte == b'(' || *byte == b':')?;
        let (name, rest) = message.split_at_checked(end)?;
        let rest = if rest.starts_with(b"(") { rest.get(memchr::memchr(b')', rest)? + 1..)? } else { rest };
        return Some((name, rest.strip_prefix(b":")?.trim_ascii_start()));
    }
    if let Some(rest) = message.strip_prefix(b"(pam_") {
        let end = memchr::memchr(b')', rest)?;
        return Some((message.get(1..end + 5)?, rest.get(end + 1..)?.trim_ascii_start()));
    }
    message.starts_with(b"authentication failure; logname=").then_some((b"pam_unix", message))
}

/// `authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root`.
#[inline]
fn failure(text: &[u8]) -> Option<Said<'_>> {
    let rest = text.strip_prefix(b"authentication ")?;
    let (kind, rest) = match rest.strip_prefix(b"failure; logname=") {
        Some(rest) => (LogKind::Failed, rest),
        None => (LogKind::Other, rest.strip_prefix(b"success; logname=")?),
    };
    let (logname, rest) = word(rest);
    let (uid, rest) = word(rest.strip_prefix(b"uid=")?);
    let (_, rest) = word(rest.strip_prefix(b"euid=")?);
    let (tty, rest) = word(rest.strip_prefix(b"tty=")?);
    let reading = remote(rest.strip_prefix(b"ruser=")?, TYPED.contains(&tty));
    let some = |text: &&[u8]| !text.is_empty() && *text != b"?";
    let by = Some(reading.ruser).filter(some).or(Some(logname).filter(some));
    // A server that serves others has no login name of its own: what it passes on is who wants in.
    let from = reading.host.filter(some);
    let (user, by) = match (reading.user, from) {
        (None, Some(_)) => (Some(reading.ruser).filter(some), None),
        (user, Some(_)) => (user, None),
        (user, None) => (user, by),
    };
    Some(Said { user, by, from, uid: number(uid), tty: terminal(tty), ..Said::new(kind) })
}

const UNIX: &[u8] = b"pam_unix";
const UNIX_OF_SSHD: &[u8] = b"pam_unix(sshd:auth): ";
/// What it says beside, of an account that is not there.
const UNKNOWN: &[u8] = b"check pass; user unknown";
/// What stands before the address in sshd's lines: nothing of it was typed by anybody.
const OF_SSHD: &[u8] = b"authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=";
/// What services that hand over the typed name as the remote user call their terminal.
const TYPED: &[&[u8]] = &[b"ftp", b"dovecot", b"pure-ftpd", b"proftpd", b"exim", b"http", b"webmin"];
/// So many readings of one line are weighed.
const CANDIDATES: usize = 16;

#[derive(Clone, Copy)]
struct Remote<'a> {
    ruser: &'a [u8],
    host: Option<&'a [u8]>,
    user: Option<&'a [u8]>,
}

/// `RUSER rhost=HOST[  user=USER]`. Either name may be what an attacker typed, `rhost=` included; a reading has a host
/// without blanks and then nothing, or the user. Where more than one reading is left, it has no host.
fn remote(text: &[u8], typed: bool) -> Remote<'_> {
    let read = |at: usize| {
        let (host, rest) = word(text.get(at + b" rhost=".len()..)?);
        let rest = rest.trim_ascii_start();
        let user = rest.strip_prefix(b"user=");
        let whole = (rest.is_empty() || user.is_some()) && (host.is_empty() || peer::is_name(host));
        whole.then_some(Remote {
            ruser: text.get(..at)?,
            host: Some(host),
            user: user.map(|user| user.trim_ascii_end()),
        })
    };
    // Nothing was typed as the remote user, so the first host is the module's; sshd never sets one.
    if !typed
        && text.starts_with(b" rhost=")
        && let Some(first) = read(0)
    {
        return first;
    }
    let mut all = memchr::memmem::find_iter(text, b" rhost=").take(CANDIDATES).filter_map(read);
    let Some(first) = all.next() else { return Remote { ruser: text, host: None, user: None } };
    match all.next() {
        None => first,
        Some(_) => Remote { ruser: b"", host: None, user: None },
    }
}

/// `ssh` and the like are no terminals.
fn terminal(tty: &[u8]) -> Option<&[u8]> {
    let name = tty.strip_prefix(b"/dev/").unwrap_or(tty);
    let is = [b"pts/".as_slice(), b"tty", b"console", b":"].iter().any(|begin| name.starts_with(begin));
    is.then_some(name)
}

/// `session opened for user root(uid=0) by anna(uid=1000)`, `session closed for user root`.
fn session(text: &[u8]) -> Option<Said<'_>> {
    if let Some(user) = text.strip_prefix(b"session closed for user ") {
        return Some(Said::new(LogKind::SessionClosed).user(without_uid(user).0));
    }
    let rest = text.strip_prefix(b"session opened for user ")?;
    let said = Said::new(LogKind::SessionOpened);
    let Some(at) = memchr::memmem::rfind(rest, b" by ") else { return Some(said.user(without_uid(rest).0)) };
    let (user, by) = rest.split_at_checked(at)?;
    let (user, uid) = without_uid(user);
    let (by, _) = without_uid(by.get(b" by ".len()..)?);
    Some(Said { by: (!by.is_empty()).then_some(by), uid, ..said.user(user) })
}

/// The name and the number of `anna(uid=1000)`.
fn without_uid(text: &[u8]) -> (&[u8], Option<u32>) {
    let split = || {
        let (name, rest) = text.split_at_checked(memchr::memmem::rfind(text, b"(uid=")?)?;
        Some((name, number(rest.get(b"(uid=".len()..)?.strip_suffix(b")")?)))
    };
    split().unwrap_or((text, None))
}

/// What modules say of accounts.
fn account(text: &[u8]) -> Option<Said<'_>> {
    let denied = |user| Some(Said::new(LogKind::Denied).user(user));
    if text.starts_with(b"check pass; user") {
        return Some(Said::default());
    }
    if let Some(user) = text.strip_prefix(b"password changed for ") {
        return Some(Said::new(LogKind::PasswordChanged).user(user));
    }
    // pam_faillock, pam_tally2, pam_tally.
    if let Some(rest) = text.strip_prefix(b"Consecutive login failures for user ") {
        return denied(rest.strip_suffix(b" account temporarily locked").unwrap_or(rest));
    }
    if let Some(rest) = text.strip_prefix(b"user ")
        && let Some(at) = memchr::memmem::rfind(rest, b" tally ")
    {
        let (user, _) = peer::last_word(rest.get(..at)?);
        return denied(user);
    }
    // pam_access: access denied for user `anna' from `192.0.2.7'
    if let Some(rest) = text.strip_prefix(b"access denied for user `") {
        let (user, from) = rest.split_at_checked(memchr::memmem::rfind(rest, b"' from `")?)?;
        let from = from.get(b"' from `".len()..)?.strip_suffix(b"'").filter(|from| peer::is_name(from));
        return Some(Said { from, ..Said::new(LogKind::Denied).user(user) });
    }
    // pam_listfile, pam_succeed_if, pam_ldap and pam_sss, pam_google_authenticator.
    if let Some(rest) = text.strip_prefix(b"Refused user ") {
        return denied(rest.get(..memchr::memmem::rfind(rest, b" for service ")?)?);
    }
    if let Some(rest) = text.strip_prefix(b"Authentication failure; user=") {
        return Some(Said::new(LogKind::Failed).user(rest));
    }
    if let Some(rest) = text.strip_prefix(b"Invalid verification code for ") {
        return Some(Said::new(LogKind::Failed).user(rest));
    }
    let rest = text.strip_prefix(b"account ")?;
    denied(rest.get(..memchr::memmem::rfind(rest, b" has expired")?)?)
}
