//! Logins at a console and their sessions: login, agetty, systemd-logind.

use super::Said;
use super::line::word;
use super::peer;
use super::split::{split, split_last};
use keeneye_facts::LogKind;

/// login(1) of util-linux and of shadow.
pub(super) fn login(text: &[u8]) -> Option<Said<'_>> {
    if let Some(rest) = text.strip_prefix(b"FAILED LOGIN ").or_else(|| text.strip_prefix(b"TOO MANY LOGIN TRIES ")) {
        return failed(rest);
    }
    // util-linux: `LOGIN ON tty1 BY anna FROM host`; `ROOT LOGIN ON tty1`. shadow: `ROOT LOGIN  on '/dev/tty1'`.
    if let Some(rest) = text.strip_prefix(b"LOGIN ON ") {
        let (tty, rest) = word(rest);
        let user = rest.strip_prefix(b"BY ")?;
        let (user, from) = match split_last(user, b" FROM ") {
            Some((user, from)) if peer::is_name(from) => (user, Some(from)),
            _ => (user, None),
        };
        return Some(Said { tty: Some(tty), from, ..Said::new(LogKind::Accepted).user(user) });
    }
    if let Some(rest) = text.strip_prefix(b"ROOT LOGIN ") {
        let rest = rest.trim_ascii_start();
        let rest = rest.strip_prefix(b"ON ").or_else(|| rest.strip_prefix(b"on ")).unwrap_or(rest);
        let (tty, rest) = word(rest);
        let from = rest.strip_prefix(b"FROM ").or_else(|| rest.strip_prefix(b"from ")).map(bare);
        let from = from.filter(|from| peer::is_name(from));
        return Some(Said { tty: Some(terminal(tty)), from, ..Said::new(LogKind::Accepted).user(b"root") });
    }
    // shadow: `invalid password for 'anna' on '/dev/tty1' from 'host'`.
    let rest = text.strip_prefix(b"invalid password for '")?;
    let (user, rest) = split_last(rest, b"' on '")?;
    let (tty, from) = split(rest, b"' from '").unwrap_or((rest.strip_suffix(b"'").unwrap_or(rest), b""));
    let from = Some(from.strip_suffix(b"'").unwrap_or(from)).filter(|from| peer::is_name(from));
    Some(Said { tty: Some(terminal(tty)), from, ..Said::new(LogKind::Failed).user(user) })
}

/// util-linux: `1 FROM host FOR root, Authentication failure`, `SESSION FROM (null) FOR , ...`; shadow: `(1) on
/// '/dev/tty1' FOR 'root', ...`. The name is what was typed and comes last, so the place is read from the left.
fn failed(rest: &[u8]) -> Option<Said<'_>> {
    let (_, rest) = word(rest);
    let (place, name) = split(rest, b"FOR ")?;
    let name = split_last(name, b", ").map_or(name, |(name, _)| name);
    let place = place.trim_ascii_end();
    let from = place.strip_prefix(b"FROM ").or_else(|| place.strip_prefix(b"from ")).map(bare);
    // util-linux names the terminal where there is no host.
    if let Some(tty) = from.filter(|from| is_terminal(from)) {
        return Some(Said { tty: Some(terminal(tty)), ..Said::new(LogKind::Failed).user(bare(name)) });
    }
    let tty = place.strip_prefix(b"ON ").or_else(|| place.strip_prefix(b"on ")).map(bare).map(terminal);
    let from = from.filter(|from| peer::is_name(from));
    Some(Said { from, tty, ..Said::new(LogKind::Failed).user(bare(name)) })
}

/// `1`, `S0`, `ttyUSB0` without its `tty`: capitals, then digits.
fn is_number(text: &[u8]) -> bool {
    let digits = text.iter().skip_while(|byte| byte.is_ascii_uppercase());
    text.len() <= 6 && text.last().is_some_and(u8::is_ascii_digit) && digits.clone().all(u8::is_ascii_digit)
}

/// A name that the kernel gives to terminals, and no host has.
fn is_terminal(name: &[u8]) -> bool {
    let name = terminal(name);
    let number = [b"tty".as_slice(), b"pts/", b"hvc"].iter().find_map(|begin| name.strip_prefix(*begin));
    name == b"console" || number.is_some_and(is_number)
}

/// Without the quotes around it.
fn bare(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"'").and_then(|text| text.strip_suffix(b"'")).unwrap_or(text)
}

fn terminal(tty: &[u8]) -> &[u8] {
    let tty = bare(tty);
    tty.strip_prefix(b"/dev/").unwrap_or(tty)
}

/// `New session 5 of user anna.`, since systemd 257 with quotes and more behind; `Removed session 5.`
pub(super) fn logind(text: &[u8]) -> Option<Said<'_>> {
    if let Some(rest) = text.strip_prefix(b"New session ") {
        let (session, rest) = word(rest);
        let rest = rest.strip_prefix(b"of user ")?;
        let (user, _) = word(rest);
        let user = bare(user.strip_suffix(b".").unwrap_or(user));
        return Some(Said { session: Some(bare(session)), ..Said::new(LogKind::SessionOpened).user(user) });
    }
    if let Some(session) = text.strip_prefix(b"Removed session ") {
        let session = bare(session.strip_suffix(b".").unwrap_or(session));
        return Some(Said { session: Some(session), ..Said::new(LogKind::SessionClosed) });
    }
    let stops = text.starts_with(b"System is rebooting") || text.starts_with(b"System is powering down");
    if stops || text.starts_with(b"System is halting") {
        return Some(Said::new(LogKind::Stopped));
    }
    // The session goes on until it is removed.
    text.starts_with(b"Session ").then(Said::default)
}
