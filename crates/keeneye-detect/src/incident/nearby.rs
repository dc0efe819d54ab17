//! What else appeared when the first trace was left, and no finding speaks of.

use super::Item;
use super::entry::Entry;
use super::restart::Restarter;
use super::site::Site;
use super::time::{self, TOGETHER};
use crate::{standing, subject};
use keeneye_facts::{ProcessId, Text, Trace};
use std::collections::BTreeSet;

/// Things that are named.
const MAX_NEARBY: usize = 20;

/// Files that are looked through for them.
const MAX_SEEN: usize = 1000;

/// Files that no package brought and processes of such, within ten minutes of the first trace; what package managers
/// did then is left out. In order of time.
pub(super) fn nearby(
    site: &Site<'_>,
    group: &[&Item<'_>],
    restarters: &[Restarter],
    entry: Option<&Entry>,
    first: Option<i64>,
) -> Vec<Trace> {
    let Some(first) = first else { return Vec::new() };
    let files_told: BTreeSet<&Text> = group.iter().flat_map(|item| &item.touch.files).collect();
    let found = group.iter().map(|item| &item.finding.subject);
    let subjects = found.chain(restarters.iter().map(|restarter| &restarter.trace.subject));
    let subjects: BTreeSet<&Text> = subjects.filter_map(|subject| subject.path.as_ref()).collect();
    let processes: BTreeSet<ProcessId> = group.iter().flat_map(|item| &item.touch.processes).copied().collect();
    let entry = entry.and_then(|entry| entry.process);
    let near = |time: i64| time.abs_diff(first) <= TOGETHER;
    let (from, to) = (first.saturating_sub_unsigned(TOGETHER), first.saturating_add_unsigned(TOGETHER));
    let files = site.changed_between(from, to).filter(|(time, _)| !time::written_with_packages(site, *time));
    // A directory changes whenever something is put into it.
    let files = files.filter(|(_, file)| !file.stat.is_some_and(|stat| stat.is_dir()));
    let changed = files.filter(|(_, file)| !files_told.contains(&file.path) && !subjects.contains(&file.path));
    let changed = changed.map(|(time, file)| {
        let born = file.stat.is_some_and(|stat| near(stat.born));
        let what = if born { "appeared then" } else { "was changed then" };
        Trace { subject: subject::file(&file.path), what: what.into(), time: Some(time) }
    });
    let started = site.world.processes.values().filter_map(|process| {
        let time = site.world.host.time_of_ticks(process.id.start);
        let own = site.is_own(standing::program_path(process)) && !process.is_kernel_thread();
        let told =
            processes.contains(&process.id) || entry == Some(process.id) || time::began_with_the_machine(site, process);
        let is_known = [1, site.world.host.own_pid].contains(&process.id.pid);
        let speaks = near(time) && own && !told && !is_known && process.exe.is_some();
        speaks.then(|| Trace { subject: subject::process(process), what: "was started then".into(), time: Some(time) })
    });
    let mut all: Vec<Trace> = changed.take(MAX_SEEN).chain(started).collect();
    all.sort_by(|a, b| (a.time, &a.subject).cmp(&(b.time, &b.subject)));
    all.truncate(MAX_NEARBY);
    all
}
