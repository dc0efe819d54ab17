//! What detectors of hooks share: which entries, how sure what is wrong with one makes, and how a finding tells of it.

use super::risk::{Sign, Weight};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, FileFact, Finding, Level, Ownership};
use keeneye_world::{World, place};

/// Signs that a finding shows.
const MAX_SIGNS: usize = 5;

/// Entries of one mechanism that it would start, and whose file is not as a package brought it.
pub(super) fn foreign(world: &World, kind: AutostartKind) -> impl Iterator<Item = &Autostart> {
    let entries = world.autostarts.iter().filter(move |entry| entry.kind == kind && !entry.dormant);
    entries.filter(|entry| !world.owner(&entry.path).is_owned_unchanged())
}

/// The level of an entry: what is wrong with it, else what it is when no package brought its file. Where nobody knows
/// who brings files, only what a command does can alert.
pub(super) fn level(owner: &Ownership, signs: &[Sign], plain: Option<Level>) -> Option<Level> {
    match signs.first().map(|sign| sign.weight) {
        Some(Weight::Content) => Some(Level::Suspicious),
        Some(Weight::Place) if *owner == Ownership::Unknown => Some(Level::Unusual),
        Some(Weight::Place) => Some(Level::Suspicious),
        _ if owner.is_unowned() => plain,
        _ => None,
    }
}

/// A finding: what is seen behind the place of the entry, and behind that the worst that is wrong with it.
pub(super) fn finding(
    detector: &Detector,
    scene: &Scene<'_>,
    entry: &Autostart,
    level: Level,
    (seen, signs): (&str, &[Sign]),
) -> Finding {
    let worst = said(signs).map(|says| format!(": it {says}")).unwrap_or_default();
    let finding = super::finding(detector, scene, entry, level, &format!("{seen}{worst}"));
    signs.iter().take(MAX_SIGNS).fold(finding, |finding, sign| finding.evidence(&sign.says, sign.value.clone()))
}

/// What a summary says of signs: the worst first.
pub(super) fn said(signs: &[Sign]) -> Option<&str> {
    signs.iter().find(|sign| sign.weight > Weight::Odd).map(|sign| sign.says.as_str())
}

/// The same for libraries that everybody's programs load: a product has a directory of its own for its library, and
/// what lies among the admin's libraries or in a home says nothing of whose it is.
pub(super) fn of_preload(world: &World, entry: &Autostart) -> Option<Level> {
    if !["LD_PRELOAD", "LD_AUDIT"].iter().any(|name| entry.when == *name || names(&entry.command, name)) {
        return None;
    }
    let level = |file: &FileFact| match place::is_application(&file.path) && !file.path.is_within("/usr/local/lib") {
        true => Level::Unusual,
        false => Level::Suspicious,
    };
    super::unowned_programs(world, entry).map(level).max()
}

fn names(command: &[u8], variable: &str) -> bool {
    command.strip_prefix(variable.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
}

/// What it makes of an entry that no package brought its programs: one where admins keep theirs is `unusual`, any other
/// `suspicious`. Programs that are not there start nothing.
pub(super) fn of_programs(world: &World, entry: &Autostart) -> Option<Level> {
    let level = |file: &FileFact| match super::is_of_admin(world, &file.path) {
        true => Level::Unusual,
        false => Level::Suspicious,
    };
    super::unowned_programs(world, entry).map(level).max()
}
