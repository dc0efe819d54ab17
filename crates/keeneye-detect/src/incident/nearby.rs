//! What else appeared when the first trace was left, and no finding speaks of.

use super::Item;
use super::site::Site;
use super::time::{self, TOGETHER};
use crate::{standing, subject};
use keeneye_facts::{ProcessId, Text, Trace};
use std::collections::BTreeSet;

/// Things that are named.
const MAX_NEARBY: usize = 20;

/// Files that no package brought and processes of such, within ten minutes of the first trace; what package managers
/// did then is left out. In order of time.
pub(super) fn nearby(site: &Site<'_>, group: &[&Item<'_>], first: Option<i64>) -> Vec<Trace> {
    let Some(first) = first else { return Vec::new() };
    let files: BTreeSet<&Text> = group.iter().flat_map(|item| &item.touch.files).collect();
    let subjects: BTreeSet<&Text> = group.iter().filter_map(|item| item.finding.subject.path.as_ref()).collect();
    let processes: BTreeSet<ProcessId> = group.iter().flat_map(|item| &item.touch.processes).copied().collect();
    let near = |time: i64| time.abs_diff(first) <= TOGETHER;
    let changed = site.world.files.values().filter_map(|file| {
        let time = time::change_of(site, &file.path).filter(|time| near(*time))?;
        let told = files.contains(&file.path) || subjects.contains(&file.path);
        let born = file.stat.is_some_and(|stat| near(stat.born));
        let what = if born { "appeared then" } else { "was changed then" };
        (!told).then(|| Trace { subject: subject::file(&file.path), what: what.into(), time: Some(time) })
    });
    let started = site.world.processes.values().filter_map(|process| {
        let time = site.world.host.time_of_ticks(process.id.start);
        let own = site.is_own(standing::program_path(process)) && !process.is_kernel_thread();
        let told = processes.contains(&process.id) || time::began_with_the_machine(site, process);
        let is_known = [1, site.world.host.own_pid].contains(&process.id.pid);
        let speaks = near(time) && own && !told && !is_known && process.exe.is_some();
        speaks.then(|| Trace { subject: subject::process(process), what: "was started then".into(), time: Some(time) })
    });
    let mut all: Vec<Trace> = changed.chain(started).collect();
    all.sort_by(|a, b| (a.time, &a.subject).cmp(&(b.time, &b.subject)));
    all.truncate(MAX_NEARBY);
    all
}
