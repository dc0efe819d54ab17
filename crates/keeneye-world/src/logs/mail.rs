//! Servers of mail that let people in: Dovecot, Postfix, Exim.

use super::Said;
use super::line::{number, word};
use super::peer;
use super::split::{split, split_last};
use keeneye_facts::LogKind;

/// So many readings of one line are weighed.
const CANDIDATES: usize = 16;

/// Dovecot, from its login processes and from its authentication.
pub(super) fn dovecot(text: &[u8]) -> Option<Said<'_>> {
    let text = text.strip_prefix(b"dovecot: ").unwrap_or(text);
    let (name, rest) = text.split_at_checked(text.iter().position(|byte| matches!(byte, b':' | b'(' | b'<'))?)?;
    if name.ends_with(b"-login") {
        let rest = rest.strip_prefix(b": ").or_else(|| Some(split(rest, b"): ")?.1))?;
        return dovecot_login(rest.strip_prefix(b"Info: ").unwrap_or(rest));
    }
    name.starts_with(b"auth").then(|| dovecot_auth(text))?
}

/// `Disconnected: REASON (auth failed, 1 attempts in 2 secs): user=<U>, method=PLAIN, rip=ADDRESS, lip=..., TLS`.
/// The name is what was typed and stands before the address; behind that nothing is the client's.
fn dovecot_login(text: &[u8]) -> Option<Said<'_>> {
    let (before, behind) = split_last(text, b" rip=")?;
    let from = behind.split(|byte| *byte == b',').next().filter(|from| peer::is_name(from))?;
    let (what, fields) = split(before, b"user=<").unwrap_or((before, b""));
    let user = split_last(fields, b">,").map(|(user, _)| user).filter(|user| !user.is_empty());
    let method = split_last(before, b"method=").and_then(|(_, method)| method.strip_suffix(b","));
    let has = |word: &[u8]| memchr::memmem::find(what, word).is_some();
    let kind = if what.starts_with(b"Login: ") || what.starts_with(b"Logged in: ") {
        LogKind::Accepted
    } else if has(b"(auth failed") || has(b"(proxy dest auth failed") {
        LogKind::Failed
    } else if has(b"(tried to use dis") {
        LogKind::Denied
    } else {
        LogKind::Aborted
    };
    Some(Said { user, from: Some(from), method, ..Said::new(kind) })
}

/// `auth-worker(5): conn unix:auth-worker (pid=1,uid=2): auth-worker<4>: sql(USER,ADDRESS[,<SESSION>]): TEXT`, and
/// `auth(USER,ADDRESS,sasl:login)<SESSION>: Info: sql: TEXT` since 2.4. The name is what was typed, and where passwords
/// are logged so is the end of the text: a line that can be read in two ways has no address.
fn dovecot_auth(text: &[u8]) -> Option<Said<'_>> {
    let text = without_prefixes(text);
    let (driver, rest) = split(text, b"(")?;
    if driver.is_empty() || !driver.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return None;
    }
    let read = |at: usize| {
        let (who, behind) = rest.split_at_checked(at)?;
        let behind = behind.strip_prefix(b")")?;
        let behind = if behind.starts_with(b"<") { split(behind, b">")?.1 } else { behind };
        let kind = auth_kind(behind.strip_prefix(b": ")?)?;
        let (before, last) = split_last(who, b",")?;
        let (user, from) = if is_session(last) { split_last(before, b",")? } else { (before, last) };
        peer::is_name(from).then(|| Said { from: Some(from), ..Said::new(kind).user(user) })
    };
    let mut all = memchr::memchr_iter(b')', rest).take(CANDIDATES).filter_map(read);
    let first = all.next()?;
    match all.next() {
        None => Some(first),
        Some(_) => Some(Said { user: None, from: None, ..first }),
    }
}

/// What may stand behind the address: `<SESSION>`, `sasl:login`, nothing.
fn is_session(field: &[u8]) -> bool {
    field.is_empty() || field.starts_with(b"<") || field.starts_with(b"sasl:")
}

/// Takes off the processes and levels before the driver.
fn without_prefixes(mut text: &[u8]) -> &[u8] {
    for _ in 0..8 {
        let Some((first, rest)) = split(text, b": ") else { return text };
        let level = matches!(first, b"Info" | b"Warning" | b"Error" | b"Debug");
        let process = first.starts_with(b"auth") && !first.contains(&b',');
        if !level && !process && !first.starts_with(b"conn unix:") {
            return text;
        }
        text = rest;
    }
    text
}

/// What an authentication says of a name. `None` where it is no verdict.
fn auth_kind(text: &[u8]) -> Option<LogKind> {
    let text = text.strip_prefix(b"Info: ").unwrap_or(text);
    // `sql: Password mismatch`: since 2.4 the driver stands here.
    let text = match split(text, b": ") {
        Some((driver, rest)) if driver.iter().all(u8::is_ascii_lowercase) => rest,
        _ => text,
    };
    let begins = |words: &[&[u8]]| words.iter().any(|word| text.starts_with(word));
    if begins(&[b"unknown user", b"Unknown user"]) {
        return Some(LogKind::UnknownUser);
    }
    let failed: &[&[u8]] = &[
        b"Password mismatch",
        b"password mismatch",
        b"pam_authenticate() failed",
        b"invalid credentials",
        b"Invalid password",
        b"Invalid credentials",
    ];
    begins(failed).then_some(LogKind::Failed)
}

/// Whether a program is one of Postfix's servers: `postfix/smtpd`, `postfix-in/submission/smtpd`, `postfix/postscreen`.
pub(super) fn is_postfix(program: &[u8]) -> bool {
    program.starts_with(b"postfix") && program.contains(&b'/')
}

/// Postfix: the client is `HOST[ADDRESS][:PORT]` and stands before anything that the client said.
pub(super) fn postfix(text: &[u8]) -> Option<Said<'_>> {
    if let Some(rest) = text.strip_prefix(b"warning: ") {
        return postfix_warning(rest);
    }
    // `NOQUEUE: reject: RCPT from ...`, `44JCRG5tYPzCqt2: client=...`, `disconnect from ...`
    let rest = match split(text, b": ") {
        Some((queue, rest)) if queue.iter().all(u8::is_ascii_alphanumeric) => rest,
        _ => text,
    };
    if let Some(rest) = rest.strip_prefix(b"client=") {
        let (from, port, rest) = client(rest)?;
        let field = |name: &[u8]| split(rest, name).map(|(_, rest)| rest);
        let user = field(b"sasl_username=")?;
        let method = field(b"sasl_method=").map(|rest| split(rest, b", ").map_or(rest, |(method, _)| method));
        return Some(Said { from: Some(from), port, method, ..Said::new(LogKind::Accepted).user(user) });
    }
    let kind = postfix_kind(rest)?;
    let (_, rest) = split(rest, b"from ")?;
    let (from, port, rest) = client(rest)?;
    // `auth=0/1`: of one attempt none was right.
    let none_right = || split(rest, b" auth=0/").is_some_and(|(_, tries)| !tries.starts_with(b"0"));
    let kind = if kind == LogKind::Disconnected && none_right() { LogKind::Aborted } else { kind };
    Some(Said { from: Some(from), port, ..Said::new(kind) })
}

fn postfix_kind(text: &[u8]) -> Option<LogKind> {
    let begins = |words: &[&[u8]]| words.iter().any(|word| text.starts_with(word));
    if begins(&[b"reject: ", b"milter-reject: ", b"too many errors after ", b"reject_warning: "]) {
        return Some(LogKind::Denied);
    }
    if begins(&[b"improper command pipelining", b"PREGREET ", b"COMMAND ", b"BARE NEWLINE", b"NON-SMTP COMMAND"]) {
        return Some(LogKind::Probed);
    }
    // A broken delivery is no attack, and of a broken login the line of the disconnect tells.
    if begins(&[b"disconnect from ", b"lost connection after DATA", b"lost connection after AUTH"]) {
        return Some(LogKind::Disconnected);
    }
    if begins(&[b"lost connection after ", b"HANGUP after ", b"timeout after ", b"SSL_accept error from "]) {
        return Some(LogKind::Aborted);
    }
    begins(&[b"connect from "]).then_some(LogKind::Other)
}

/// `HOST[ADDRESS]: SASL LOGIN authentication failed: REASON[, sasl_username=U]` and others behind `warning: `.
fn postfix_warning(text: &[u8]) -> Option<Said<'_>> {
    if let Some(rest) = text.strip_prefix(b"hostname ") {
        // The name is what DNS says; it has no blanks.
        let (_, rest) = word(rest);
        let rest = rest.strip_prefix(b"does not resolve to address ")?;
        let from = word(rest).0;
        let from = from.strip_suffix(b":").unwrap_or(from);
        return peer::is_name(from).then(|| Said { from: Some(from), ..Said::new(LogKind::Probed) });
    }
    if let Some((_, rest)) = split(text, b"limit exceeded: ").filter(|(what, _)| !what.contains(&b'[')) {
        let (from, port, _) = client(split(rest, b" from ")?.1)?;
        return Some(Said { from: Some(from), port, ..Said::new(LogKind::Denied) });
    }
    if let Some(rest) = text.strip_prefix(b"non-SMTP command from ") {
        let (from, port, _) = client(rest)?;
        return Some(Said { from: Some(from), port, ..Said::new(LogKind::Probed) });
    }
    let (from, port, rest) = client(text)?;
    let (method, rest) = word(rest.strip_prefix(b": SASL ")?);
    let reason =
        rest.strip_prefix(b"authentication failed:").or_else(|| rest.strip_prefix(b"authentication failure:"))?;
    let user = split(reason, b"sasl_username=").map(|(_, user)| user);
    let reason = reason.trim_ascii_start();
    let kind = if reason.starts_with(b"Connection lost to authentication server") {
        LogKind::Other
    } else if reason.starts_with(b"Invalid authentication mechanism") {
        LogKind::Probed
    } else {
        LogKind::Failed
    };
    Some(Said { user, from: Some(from), port, method: Some(method), ..Said::new(kind) })
}

/// `HOST[ADDRESS][:PORT]` at the begin, and what stands behind it.
fn client(text: &[u8]) -> Option<(&[u8], Option<u16>, &[u8])> {
    let (host, rest) = split(text, b"[")?;
    if !host.is_empty() && !peer::is_name(host) {
        return None;
    }
    let (from, rest) = split(rest, b"]")?;
    let digits = rest.strip_prefix(b":").map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let port = rest.get(1..=digits).and_then(number);
    let rest = if port.is_some() { rest.get(digits + 1..)? } else { rest };
    peer::is_name(from).then_some((from, port, rest))
}

/// Exim: `login authenticator failed for HOST (HELO) [ADDRESS]:PORT: 535 Incorrect authentication data (set_id=U)`.
/// Both the greeting and the name are the client's; a line that can be read in two ways has no address.
pub(super) fn exim(text: &[u8]) -> Option<Said<'_>> {
    const VERDICT: &[u8] = b": 535 Incorrect authentication data";
    let (before, rest) = split(text, b" authenticator failed for ")?;
    let (_, method) = peer::last_word(before);
    let read = |at: usize| {
        let (client, reason) = rest.split_at_checked(at)?;
        let (_, address) = peer::last_word(client);
        let (from, behind) = split(address.strip_prefix(b"[")?, b"]")?;
        let user = reason.get(VERDICT.len()..)?.strip_prefix(b" (set_id=");
        let user = user.map(|user| user.strip_suffix(b")").unwrap_or(user));
        let port = behind.strip_prefix(b":").and_then(number);
        peer::is_name(from).then(|| Said {
            user,
            from: Some(from),
            port,
            method: Some(method),
            ..Said::new(LogKind::Failed)
        })
    };
    let mut all = memchr::memmem::find_iter(rest, VERDICT).take(CANDIDATES).filter_map(read);
    let first = all.next()?;
    match all.next() {
        None => Some(first),
        Some(_) => Some(Said { user: None, from: None, port: None, ..first }),
    }
}
