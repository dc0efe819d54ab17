//! One line of the log of a package manager.

use crate::logs::{Stamp, When};
use bstr::ByteSlice;
use keeneye_facts::{PackageStep, StepKind, Text};

/// A step, and when it was written.
pub(super) struct Line {
    pub(super) stamp: Stamp,
    pub(super) step: PackageStep,
}

/// `None` for a line of another form, and for one that tells of nothing that came or went.
pub(super) fn read(line: &[u8]) -> Option<Line> {
    if let Some(line) = line.strip_prefix(b"[") {
        return pacman(line);
    }
    // dpkg and zypper write local time, and zypper no blank behind it.
    if let Some((time, [end @ (b' ' | b'|'), rest @ ..])) = line.split_at_checked(SECOND) {
        let step = if *end == b'|' { zypper(rest) } else { dpkg(rest) };
        return Some(Line { stamp: stamp(time)?, step: step? });
    }
    let (stamp, rest) = Stamp::read(line)?;
    let is_sure = matches!(stamp.when(), When::Absolute(_));
    dnf(rest).filter(|_| is_sure).map(|step| Line { stamp, step })
}

/// Bytes of `2023-11-14 10:00:00`.
const SECOND: usize = 19;

/// A stamp, and nothing besides.
fn stamp(text: &[u8]) -> Option<Stamp> {
    let (stamp, rest) = Stamp::read(text)?;
    rest.is_empty().then_some(stamp)
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
        16 => stamp(&[time, b":00"].concat())?,
        _ => stamp(time)?,
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
