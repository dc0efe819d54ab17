//! When the first trace of a finding was left.

use super::site::Site;
use keeneye_facts::{Finding, Process, Text};

/// Alerts whose first traces lie so many seconds apart are the work of one visitor.
pub(super) const TOGETHER: u64 = 600;
/// What starts so many seconds after the machine was started by it, and not by a visitor.
const BOOT: u64 = 300;
/// What an installer still writes when the last package is in place: host keys, accounts, the boot loader's settings.
const FINISHING: u64 = 30;
/// Packaged files that must be known before their times say anything.
const MIN_PACKAGED: usize = 50;

/// The earliest of what is known; `None` for what is only known to be so now.
pub(super) fn first_trace<'a>(
    site: &Site<'_>,
    finding: &Finding,
    paths: impl Iterator<Item = &'a Text>,
) -> Option<i64> {
    let process = finding.subject.process.and_then(|id| site.process(id));
    let start = process.map(|process| site.world.host.time_of_ticks(process.id.start));
    let with_boot = process.is_some_and(|process| began_with_the_machine(site, process));
    let said = finding.first_seen.filter(|said| !(with_boot && Some(*said) == start));
    let began = start.filter(|_| !with_boot);
    let changed = paths.filter_map(|path| change_of(site, path));
    let now = site.world.host.now;
    [said, began].into_iter().flatten().chain(changed).filter(|time| *time > 0 && *time <= now).min()
}

/// When a file was last changed in any way, which nobody can set; `None` for what is as its package brought it, and for
/// what was written together with whole packages.
pub(super) fn change_of(site: &Site<'_>, path: &Text) -> Option<i64> {
    let file = site.world.file(path).filter(|file| !file.owner.is_owned_unchanged())?;
    let changed = file.stat?.changed;
    (!written_with_packages(site, changed)).then_some(changed)
}

/// A tenth of all packaged files was written within the same minutes: the machine was installed or restored then, and
/// everything on it bears that time. What is written when the last of them is in place came later, however soon; a few
/// packaged files with a later time are no packages, only files that somebody touched.
pub(super) fn written_with_packages(site: &Site<'_>, time: i64) -> bool {
    let until = time.saturating_add_unsigned(TOGETHER);
    let (then, all) = site.packaged_between(time.saturating_sub_unsigned(TOGETHER), until);
    let (still, _) = site.packaged_between(time.saturating_sub_unsigned(FINISHING), until);
    all >= MIN_PACKAGED && then >= all / 10 && still > all / 1000
}

/// Services, and what restarts with them. On a machine that was started just now nothing can be told by that.
pub(super) fn began_with_the_machine(site: &Site<'_>, process: &Process) -> bool {
    process.id.start < BOOT.saturating_mul(site.world.host.ticks.max(1))
}
