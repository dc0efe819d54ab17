//! One line of the log of a package manager.

use crate::calendar;
use crate::logs::When;
use bstr::ByteSlice;
use keeneye_facts::{PackageStep, StepKind, Text};

/// A step, and when it was written.
pub(super) struct Line {
    pub(super) stamp: When,
    pub(super) step: PackageStep,
}

/// `None` for a line of another form, and for one that tells of nothing that came or went.
pub(super) fn read(line: &[u8]) -> Option<Line> {
    if let Some(line) = line.strip_prefix(b"[") {
        return pacman(line);
    }
    let (stamp, rest) = second(line)?;
    let (first, rest) = (rest.first()?, rest.get(1..)?);
    match (stamp, first) {
        (When::Local(_), b' ') => dpkg(rest).map(|step| Line { stamp, step }),
        (When::Local(_), b'|') => zypper(rest).map(|step| Line { stamp, step }),
        (When::Absolute(_), b' ') => dnf(rest).map(|step| Line { stamp, step }),
        _ => None,
    }
}

/// `upgrade bash:amd64 5.2-1 5.2-2`. dpkg says `<none>` where there was nothing.
fn dpkg(text: &[u8]) -> Option<PackageStep> {
    let mut words = text.split(|byte| *byte == b' ');
    let (action, package) = (words.next()?, words.next()?);
    let mut version = || words.next().map(|word| if word == b"<none>" { b"" } else { word });
    let (before, after) = (version()?, version()?);
    let package = package.split(|byte| *byte == b':').next().unwrap_or_default();
    let kind = match action {
        b"install" => StepKind::Installed,
        b"upgrade" if before == after => StepKind::Reinstalled,
        b"upgrade" => StepKind::Replaced,
        // A purge that follows takes settings away, no package.
        b"remove" | b"disappear" => return step(StepKind::Removed, package, before, b""),
        _ => return None,
    };
    // What an installation finds before it are settings that an earlier removal left.
    step(kind, package, if kind == StepKind::Installed { b"" } else { before }, after)
}

/// `install|bash|5.2-2|x86_64|...`, `remove |bash|5.2-2|...`: libzypp writes no version that was there before.
fn zypper(text: &[u8]) -> Option<PackageStep> {
    let mut fields = text.split(|byte| *byte == b'|');
    let (action, package, version) = (fields.next()?.trim_ascii(), fields.next()?, fields.next()?);
    match action {
        b"install" => step(StepKind::Placed, package, b"", version),
        b"remove" => step(StepKind::Removed, package, version, b""),
        _ => None,
    }
}

/// `SUBDEBUG Upgrade: bash-5.2-2.x86_64`. The version that leaves has a line of its own, which is not needed.
fn dnf(text: &[u8]) -> Option<PackageStep> {
    let (_, said) = text.split_once_str(" ")?;
    let (action, package) = said.split_once_str(": ")?;
    let kind = match action {
        b"Installed" | b"Install" => StepKind::Installed,
        b"Upgrade" | b"Downgrade" => StepKind::Replaced,
        b"Reinstall" => StepKind::Reinstalled,
        b"Erase" | b"Removed" | b"Obsoleted" => StepKind::Removed,
        _ => return None,
    };
    // Name, version and release, architecture: neither of the latter has a hyphen or a dot of its own.
    let (rest, _architecture) = package.rsplit_once_str(".")?;
    let (rest, release) = rest.rsplit_once_str("-")?;
    let (name, version) = rest.rsplit_once_str("-")?;
    let version = [version, b"-", release].concat();
    match kind {
        StepKind::Removed => step(kind, name, &version, b""),
        _ => step(kind, name, b"", &version),
    }
}

/// `2023-11-14T10:00:00+0100] [ALPM] upgraded bash (5.2-1 -> 5.2-2)`. What scripts of packages say stands behind another
/// word than `[ALPM]`.
fn pacman(line: &[u8]) -> Option<Line> {
    let (time, rest) = line.split_once_str("] ")?;
    let stamp = match time.len() {
        16 => When::Local(minute(time)?),
        _ => second(time).filter(|(_, rest)| rest.is_empty())?.0,
    };
    // Before version 4.2 no word told who speaks.
    let said = match rest.strip_prefix(b"[ALPM] ") {
        Some(said) => said,
        None if rest.starts_with(b"[") => return None,
        None => rest,
    };
    let (action, rest) = said.split_once_str(" ")?;
    let (package, versions) = rest.split_once_str(" (")?;
    let versions = versions.trim_ascii_end().strip_suffix(b")")?;
    let step = match action {
        b"installed" => step(StepKind::Installed, package, b"", versions),
        b"reinstalled" => step(StepKind::Reinstalled, package, versions, versions),
        b"removed" => step(StepKind::Removed, package, versions, b""),
        b"upgraded" | b"downgraded" => {
            let (before, after) = versions.split_once_str(" -> ")?;
            step(StepKind::Replaced, package, before, after)
        }
        _ => None,
    };
    step.map(|step| Line { stamp, step })
}

fn step(kind: StepKind, package: &[u8], before: &[u8], after: &[u8]) -> Option<PackageStep> {
    let [package, before, after] = [package, before, after].map(Text::from);
    (!package.is_empty()).then(|| PackageStep { kind, package, before, after, ..PackageStep::default() })
}

/// `2023-11-14 10:00:00`, or with a `T` between and `+0100` or `Z` behind it; and what follows.
fn second(text: &[u8]) -> Option<(When, &[u8])> {
    let (head, rest) = text.split_first_chunk::<19>()?;
    let local = minute(head.get(..16)?)?;
    let second = head.get(16..)?.strip_prefix(b":").and_then(number).filter(|second| *second <= 60)?;
    let local = local + second;
    if head.get(10) == Some(&b' ') {
        return Some((When::Local(local), rest));
    }
    if let Some(rest) = rest.strip_prefix(b"Z") {
        return Some((When::Absolute(local), rest));
    }
    let (zone, rest) = rest.split_first_chunk::<5>()?;
    let ahead = number(zone.get(1..3)?)? * 3_600 + number(zone.get(3..)?)? * 60;
    let local = match zone.first()? {
        b'+' => local - ahead,
        b'-' => local + ahead,
        _ => return None,
    };
    Some((When::Absolute(local), rest))
}

/// `2023-11-14 10:00` or `2023-11-14T10:00`, as if it were UTC.
fn minute(text: &[u8]) -> Option<i64> {
    let shape = |(at, byte): (usize, &u8)| match at {
        4 | 7 => *byte == b'-',
        10 => matches!(byte, b' ' | b'T'),
        13 => *byte == b':',
        _ => byte.is_ascii_digit(),
    };
    if text.len() != 16 || !text.iter().enumerate().all(shape) {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to).and_then(number);
    calendar::seconds([part(0, 4)?, part(5, 7)?, part(8, 10)?], [part(11, 13)?, part(14, 16)?, 0])
}

fn number(digits: &[u8]) -> Option<i64> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    digits.to_str().ok()?.parse().ok()
}
