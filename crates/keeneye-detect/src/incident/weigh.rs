//! How much findings weigh together.

use super::Item;
use super::site::Site;
use crate::{Detector, place, standing};
use keeneye_facts::{Finding, Level};
use std::collections::BTreeSet;

/// So many unusual things together are an alert.
const ODDITIES: usize = 3;
/// So many kinds of alerts together have no innocent cause.
const KINDS: usize = 3;

/// The level of the incident that these findings make; `None` when they make none.
pub(super) fn level(site: &Site<'_>, group: &[&Item<'_>], detectors: &[&Detector]) -> Option<Level> {
    let worst = group.iter().map(|item| item.finding.level).max()?;
    if worst < Level::Suspicious {
        return is_raised(site, group).then_some(Level::Suspicious);
    }
    let alerts = || group.iter().map(|item| item.finding).filter(|finding| finding.level >= Level::Suspicious);
    let kinds: BTreeSet<&str> = alerts().map(kind).collect();
    let is_absolute = |finding: &Finding| detectors.iter().any(|d| d.absolute && d.name == finding.detector);
    let damning = kinds.len() >= KINDS || kinds.len() > 1 && alerts().any(is_absolute);
    Some(if damning { Level::Compromised } else { worst })
}

/// The part of a detector's name before the slash.
pub(super) fn kind(finding: &Finding) -> &str {
    finding.detector.split('/').next().unwrap_or_default()
}

/// Three unusual findings, of two kinds and about two things, that nobody's everyday work explains.
fn is_raised(site: &Site<'_>, group: &[&Item<'_>]) -> bool {
    let counted: Vec<&Finding> = group
        .iter()
        .filter(|item| item.finding.level == Level::Unusual && !is_everyday(site, item))
        .map(|item| item.finding)
        .collect();
    let kinds: BTreeSet<&str> = counted.iter().copied().map(kind).collect();
    let things: BTreeSet<_> = counted.iter().map(|f| (f.subject.process, &f.subject.path, f.subject.line)).collect();
    let detectors: BTreeSet<&String> = counted.iter().map(|finding| &finding.detector).collect();
    detectors.len() >= ODDITIES && kinds.len() > 1 && things.len() > 1
}

/// In the admin's own places, in a container, or with a person beside it.
fn is_everyday(site: &Site<'_>, item: &Item<'_>) -> bool {
    let world = site.world;
    let accounts = &world.accounts;
    let theirs =
        |path| place::is_admin(path, accounts) || place::is_application(path) || place::is_tool_dot_dir(path, accounts);
    let subject = item.finding.subject.path.as_ref();
    let mut processes = item.touch.processes.iter().filter_map(|id| site.process(*id));
    subject.is_some_and(theirs)
        || processes.any(|process| {
            standing::is_contained(world, process)
                || standing::is_attended(world, process)
                || theirs(standing::program_path(process))
        })
}
