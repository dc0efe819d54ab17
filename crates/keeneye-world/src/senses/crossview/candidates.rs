//! Processes that one way showed and another did not: most of them began or ended between the two looks.

use super::views::{Views, own_start, still_there};
use crate::{Look, PidProbe, World};
use keeneye_facts::{Process, Way};
use std::collections::BTreeSet;

/// Ids worth holding. What a look at one file settles is not among them.
pub(super) fn of(look: &mut Look<'_>, world: &World, views: &Views) -> BTreeSet<u32> {
    let mut candidates: BTreeSet<u32> = BTreeSet::new();
    for process in world.processes.values().filter(|p| views.listed.contains(&p.id.pid)) {
        if !process.is_zombie() && missed(process, world, views) {
            candidates.insert(process.id.pid);
        }
    }
    let known = |pid: &u32| world.process(*pid).is_some() && views.listed.contains(pid);
    let shown = [&views.mounted, &views.cgroup].into_iter().flatten().flatten().chain(&views.listed);
    for pid in shown.copied().filter(|pid| !known(pid)) {
        let settled = views.listed.contains(&pid) && own_start(look, pid).is_some();
        if !settled {
            candidates.insert(pid);
        }
    }
    let pidfd = views.pidfd.iter().flatten().copied();
    let only_pidfd = pidfd.filter(|pid| !views.listed.contains(pid) && !candidates.contains(pid)).collect();
    candidates.extend(still_there(look, PidProbe::Pidfd, only_pidfd));
    candidates
}

/// A process that was listed before and after, and that a way in between did not show.
fn missed(process: &Process, world: &World, views: &Views) -> bool {
    let pid = process.id.pid;
    let absent = |set: &Option<BTreeSet<u32>>| set.as_ref().is_some_and(|set| !set.contains(&pid));
    let lookup = views.mounted.is_some() && views.mounted_starts.get(&pid) != Some(&process.id.start);
    // The probes may have passed an id by before the process began.
    let old = world.host.time_of_ticks(process.id.start) < world.host.now - 1;
    absent(&views.mounted) && !views.untrusted.contains(&Way::MountedReaddir)
        || lookup && !views.untrusted.contains(&Way::MountedLookup)
        || old && (absent(&views.pidfd) || absent(&views.kill))
}
