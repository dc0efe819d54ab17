//! Who became another user, and what he ran: sudo, doas, su, pkexec.

use super::Said;
use super::line::{number, word};
use super::split::{split, split_last};
use keeneye_facts::LogKind;

/// `anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/id`, with a reason before `TTY=` where it was not
/// allowed. Fields are read from the left, up to the command, which is whatever anna wrote.
pub(super) fn sudo(text: &[u8]) -> Option<Said<'_>> {
    let (by, rest) = split(text, b" : ")?;
    let mut said = Said { by: Some(by.trim_ascii()), ..Said::new(LogKind::Ran) };
    let mut rest = rest;
    if !is_field(rest) {
        let (reason, fields) = split(rest, b" ; ").unwrap_or((rest, b""));
        said.kind = sudo_refusal(reason)?;
        let (times, what) = word(reason);
        if what.starts_with(b"incorrect password attempt") {
            said.method = Some(b"password");
            said.times = number(times);
        }
        rest = fields;
    }
    while !rest.is_empty() {
        if let Some(command) = rest.strip_prefix(b"COMMAND=") {
            said.command = Some(command);
            break;
        }
        let (field, behind) = split(rest, b" ; ").unwrap_or((rest, b""));
        if let Some(user) = field.strip_prefix(b"USER=") {
            said.user = Some(user);
        } else if let Some(tty) = field.strip_prefix(b"TTY=") {
            said.tty = (tty != b"unknown").then(|| tty.strip_prefix(b"/dev/").unwrap_or(tty));
        }
        rest = behind;
    }
    if said.kind == LogKind::Ran && said.command.is_none() && said.user.is_none() {
        return None;
    }
    Some(said)
}

/// Programs that ask somebody who is logged in for a password.
pub(super) fn asks(program: &[u8]) -> bool {
    matches!(program, b"sudo" | b"su" | b"su-l" | b"doas" | b"pkexec" | b"polkit-agent-helper-1")
}

/// What PAM says on behalf of such a program: a wrong password there is no login that failed. The account is the one whose
/// password was asked for: sudo and doas ask for that of the one who wants to become somebody else.
pub(super) fn of_pam(said: Said<'_>) -> Said<'_> {
    if !matches!(said.kind, LogKind::Failed | LogKind::Denied | LogKind::UnknownUser) {
        return said;
    }
    Said { kind: LogKind::BecomeFailed, by: said.by.or(said.user), ..said }
}

/// Fields of a line of sudo have names of capitals.
fn is_field(text: &[u8]) -> bool {
    let name = text.split(|byte| *byte == b'=').next().unwrap_or_default();
    text.len() > name.len() && !name.is_empty() && name.iter().all(u8::is_ascii_uppercase)
}

/// Why sudo did not run it.
fn sudo_refusal(reason: &[u8]) -> Option<LogKind> {
    let refused = [
        b"incorrect password attempt".as_slice(),
        b"NOT in sudoers",
        b"not in sudoers",
        b"not allowed",
        b"not authorized",
        b"a password is required",
        b"authentication",
        b"no tty present",
        b"a terminal is required",
        b"sorry, you",
        b"unable to",
        b"command not allowed",
        b"user NOT",
    ];
    refused.iter().any(|word| memchr::memmem::find(reason, word).is_some()).then_some(LogKind::BecomeFailed)
}

/// `anna ran command id as root from /home/anna`, `command not permitted for anna: id`, `failed auth for anna`.
pub(super) fn doas(text: &[u8]) -> Option<Said<'_>> {
    for begin in [b"failed auth for ".as_slice(), b"failed authorization for "] {
        if let Some(by) = text.strip_prefix(begin) {
            return Some(Said { by: Some(by), method: Some(b"password"), ..Said::new(LogKind::BecomeFailed) });
        }
    }
    for begin in [b"command not permitted for ".as_slice(), b"failed command for "] {
        if let Some(rest) = text.strip_prefix(begin) {
            let (by, command) = split(rest, b": ")?;
            return Some(Said { by: Some(by), command: Some(command), ..Said::new(LogKind::BecomeFailed) });
        }
    }
    let (by, rest) = word(text);
    let rest = rest.strip_prefix(b"ran command ")?;
    let (rest, _) = split_last(rest, b" from ").unwrap_or((rest, b""));
    let (command, user) = split_last(rest, b" as ")?;
    Some(Said { by: Some(by), command: Some(command), ..Said::new(LogKind::Ran).user(user) })
}

/// Every su: `Successful su for root by anna`, `FAILED su for root by anna` (shadow), `(to root) anna on pts/0`
/// (util-linux), `FAILED SU (to root) anna on pts/0`, `+ pts/0 anna:root`, `- pts/0 anna:root`, `'su root' succeeded
/// for anna on /dev/pts/0` (BSD and coreutils).
pub(super) fn su(text: &[u8]) -> Option<Said<'_>> {
    for (begin, kind) in [
        (b"Successful su for ".as_slice(), LogKind::Became),
        (b"FAILED su for ", LogKind::BecomeFailed),
        (b"pam_authenticate: ", LogKind::Other),
    ] {
        let Some(rest) = text.strip_prefix(begin) else { continue };
        let Some((user, by)) = split_last(rest, b" by ") else { return Some(Said::new(kind)) };
        return Some(Said { by: Some(by), ..Said::new(kind).user(user) });
    }
    let (failed, rest) = match text.strip_prefix(b"FAILED SU ") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let kind = if failed { LogKind::BecomeFailed } else { LogKind::Became };
    if let Some(rest) = rest.strip_prefix(b"(to ") {
        let (user, rest) = split(rest, b") ")?;
        let (by, tty) = split_last(rest, b" on ").unwrap_or((rest, b""));
        return Some(Said { by: Some(by), tty: terminal(tty), ..Said::new(kind).user(user) });
    }
    if let Some((sign @ (b"+" | b"-"), rest)) = Some(word(text)) {
        let (tty, names) = word(rest);
        let (by, user) = names.split_at_checked(memchr::memchr(b':', names)?)?;
        let kind = if sign == b"+" { LogKind::Became } else { LogKind::BecomeFailed };
        return Some(Said { by: Some(by), tty: terminal(tty), ..Said::new(kind).user(user.get(1..)?) });
    }
    let (user, rest) = split(text.strip_prefix(b"'su ")?, b"' ")?;
    let (verdict, rest) = word(rest);
    let kind = if verdict == b"succeeded" { LogKind::Became } else { LogKind::BecomeFailed };
    let (by, tty) = split_last(rest.strip_prefix(b"for ")?, b" on ")?;
    Some(Said { by: Some(by), tty: terminal(tty), ..Said::new(kind).user(user) })
}

fn terminal(tty: &[u8]) -> Option<&[u8]> {
    (!tty.is_empty() && tty != b"none" && tty != b"???").then(|| tty.strip_prefix(b"/dev/").unwrap_or(tty))
}

/// `anna: Executing command [USER=root] [TTY=/dev/pts/0] [CWD=/] [COMMAND=/usr/bin/id]`.
pub(super) fn pkexec(text: &[u8]) -> Option<Said<'_>> {
    let (by, rest) = split(text, b": ")?;
    let refused = rest.starts_with(b"The value for") || rest.starts_with(b"Error executing command as another user");
    if !refused && !rest.starts_with(b"Executing command ") {
        return None;
    }
    let kind = if refused { LogKind::BecomeFailed } else { LogKind::Ran };
    let field = |name: &[u8]| {
        let rest = rest.get(memchr::memmem::find(rest, name)? + name.len()..)?;
        rest.get(..memchr::memchr(b']', rest)?)
    };
    // The command comes last and may hold brackets of its own.
    let command = memchr::memmem::find(rest, b"[COMMAND=").and_then(|at| rest.get(at + b"[COMMAND=".len()..));
    let command = command.and_then(|rest| rest.strip_suffix(b"]"));
    Some(Said {
        by: Some(by),
        user: field(b"[USER="),
        tty: field(b"[TTY=").and_then(terminal),
        command,
        ..Said::new(kind)
    })
}

/// `Operator of unix-session:3 successfully authenticated as unix-user:root to gain ... for unix-process:12:34 [pkexec
/// id] (owned by unix-user:anna)`.
pub(super) fn polkitd(text: &[u8]) -> Option<Said<'_>> {
    let rest = text.strip_prefix(b"Operator of ")?;
    let (session, rest) = word(rest);
    let kind = if rest.starts_with(b"successfully authenticated as ") {
        LogKind::Became
    } else if rest.starts_with(b"FAILED to authenticate ") {
        LogKind::BecomeFailed
    } else {
        return None;
    };
    let user = rest.strip_prefix(b"successfully authenticated as unix-user:").map(|rest| word(rest).0);
    let (_, owner) = split_last(rest, b"(owned by unix-user:")?;
    let by = owner.strip_suffix(b")").unwrap_or(owner);
    let session = session.strip_prefix(b"unix-session:").filter(|session| number::<u32>(session).is_some());
    Some(Said { user, by: Some(by), session, ..Said::new(kind) })
}
