//! cron, crond, anacron, crontab and atd: `(USER) WHAT (DETAIL)`.

use super::Said;
use super::line::word;
use super::split::split;
use keeneye_facts::LogKind;

/// What cron ran, and whose table was changed.
pub(super) fn said(text: &[u8]) -> Option<Said<'_>> {
    if let Some(rest) = text.strip_prefix(b"Starting job ") {
        return at(rest);
    }
    let (user, rest) = split(text.strip_prefix(b"(")?, b") ")?;
    let (verb, detail) = word(rest);
    let detail = detail.strip_prefix(b"(").and_then(|detail| detail.strip_suffix(b")"));
    Some(match verb {
        b"CMD" => Said { command: detail.map(<[u8]>::trim_ascii), ..Said::new(LogKind::CronRan).user(user) },
        b"REPLACE" | b"DELETE" => Said { by: Some(user), user: detail, ..Said::new(LogKind::CrontabChanged) },
        // crontab(1) was forbidden to somebody.
        b"AUTH" => Said::new(LogKind::Denied).user(user),
        b"CMDEND" | b"CMDOUT" | b"BEGIN" | b"END" | b"LIST" | b"RELOAD" | b"STARTUP" | b"INFO" => Said::default(),
        _ => return None,
    })
}

/// `2 (a00002019b1e2f) for user 'anna' (1000)` of atd.
fn at(rest: &[u8]) -> Option<Said<'_>> {
    let (_, rest) = split(rest, b" for user '")?;
    let (user, _) = split(rest, b"'")?;
    Some(Said::new(LogKind::CronRan).user(user))
}
