//! Ids that answer a signal and are no process that any list shows: threads, nearly always.

use super::views::{Views, own_start, still_there};
use crate::senses::processes::tgid;
use crate::{AskHost, Look, PidProbe, World, proc_path};
use keeneye_facts::{Process, ProcessId, Refusal, Seen, Text, Thread, Way};
use std::collections::{BTreeMap, BTreeSet};

/// Ids whose `status` is read.
const MAX: usize = 4096;

/// A thread that its process does not list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unlisted {
    pub(super) process: u32,
    tid: u32,
    start: u64,
}

/// What is behind ids that only the signal showed.
#[derive(Default)]
pub(super) struct Suspects {
    /// Threads that `/proc/N/task` does not list.
    pub(super) threads: Vec<Unlisted>,
    /// Ids that cannot be looked up: ended meanwhile, or hidden.
    pub(super) unknown: BTreeSet<u32>,
}

/// Ids that answer a signal, without all processes and all threads that lists show.
pub(super) fn unlisted(look: &mut Look<'_>, world: &World, views: &Views) -> Suspects {
    let mut suspects = Suspects::default();
    let Some(kill) = &views.kill else { return suspects };
    let threads: BTreeSet<u32> = world.processes.values().flat_map(|p| p.threads.iter().map(|t| t.tid)).collect();
    let shown = |id: &u32| {
        let in_set = |set: &Option<BTreeSet<u32>>| set.as_ref().is_some_and(|set| set.contains(id));
        views.listed.contains(id) || threads.contains(id) || in_set(&views.pidfd) || world.process(*id).is_some()
    };
    let left: Vec<u32> = kill.iter().filter(|id| !shown(id)).copied().collect();
    if left.len() > MAX {
        look.gap("threads that no list shows", Refusal::Cut(format!("{MAX} threads")));
    }
    let mut lists = BTreeMap::new();
    for tid in left.into_iter().take(MAX) {
        match thread(look, tid) {
            Some(thread) if thread.process == tid => drop(suspects.unknown.insert(tid)),
            Some(thread) => {
                let list = lists.entry(thread.process).or_insert_with(|| task_list(look, thread.process));
                if list.as_ref().is_some_and(|list| !list.contains(&tid)) {
                    suspects.threads.push(thread);
                }
            }
            None => drop(suspects.unknown.insert(tid)),
        }
    }
    // Keeneye's own helpers, for one, have ended by now.
    suspects.unknown = still_there(look, PidProbe::Kill, suspects.unknown);
    suspects
}

/// Of the threads that were not listed, those that still are not although they live on: facts of their processes.
pub(super) fn still_unlisted(
    look: &mut Look<'_>,
    threads: Vec<Unlisted>,
    processes: &mut BTreeMap<ProcessId, Process>,
) {
    for before in threads {
        let Some(list) = task_list(look, before.process) else { continue };
        // The list is taken between two looks at the same thread, so it had to be in it.
        let same =
            thread(look, before.tid).is_some_and(|now| (now.process, now.start) == (before.process, before.start));
        if !same || list.contains(&before.tid) {
            continue;
        }
        let process = processes.values_mut().rfind(|p| p.id.pid == before.process);
        if let Some(process) = process {
            let seen = Seen { by: [Way::Kill, Way::Lookup].into(), not_by: [Way::Task].into() };
            let comm = look.host().read(&proc_path::of(before.tid, "comm")).unwrap_or_default();
            let comm = Text::from(comm.as_slice().trim_ascii_end());
            process.threads.push(Thread { tid: before.tid, start: before.start, comm, seen });
        }
    }
}

fn thread(look: &Look<'_>, tid: u32) -> Option<Unlisted> {
    let status = look.host().read(&proc_path::of(tid, "status")).ok()?;
    Some(Unlisted { process: tgid(&status)?, tid, start: own_start(look, tid)? })
}

fn task_list(look: &Look<'_>, pid: u32) -> Option<BTreeSet<u32>> {
    let names = look.host().list(&proc_path::of(pid, "task")).ok()?;
    Some(names.iter().filter_map(|entry| proc_path::pid(&entry.name)).collect())
}
