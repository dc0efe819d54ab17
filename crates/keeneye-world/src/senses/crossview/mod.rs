//! Processes and threads by independent ways, and what one way shows and another does not.
//!
//! A rootkit has to lie in each way separately: listing a directory, looking a name up, the system calls that take a
//! process id, the lists of control groups. A process that is seen by one way and not by another is a candidate only:
//! processes begin and end between two looks. Candidates are held and looked for again in three rounds; a way counts as
//! blind to a process only when it missed it in every round while the process was proven alive.

mod candidates;
mod cgroups;
#[cfg(test)]
mod tests;
mod threads;
mod verdict;
mod views;

use super::Plan;
use super::processes::Reader;
use crate::{Answer, Look, Persisted, PidProbe, Question, World};
use keeneye_facts::{Event, Process, ProcessId, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use views::Views;

/// Processes that are held and looked for again; a storm of short ones may bring more.
const MAX_CANDIDATES: usize = 4096;

pub(super) fn look(look: &mut Look<'_>, world: &World, plan: &Plan) {
    if !world.host.live {
        return;
    }
    let probes = probes(world);
    if !plan.quick {
        look.host().expect(&probes);
    }
    let Some(views) = Views::take(look, world, plan, &probes) else { return };
    let mut reader = Reader::new(look.host(), &world.host);
    let suspects = threads::unlisted(look, world, &views);
    let mut candidates = candidates::of(look, world, &views);
    candidates.extend(suspects.unknown.iter().copied());
    let mut held: Vec<u32> = candidates.iter().copied().take(MAX_CANDIDATES).collect();
    if candidates.len() > held.len() {
        let left = candidates.len() - held.len();
        look.gap(format!("{left} processes that not every view showed"), Refusal::Cut("4096 held processes".into()));
    }
    // A hidden thread is held by its process: the pause between two looks at it is the same.
    held.extend(suspects.threads.iter().map(|thread| thread.process));
    let held: Vec<u32> = held.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let persisted = confirmed(look, &views, &held);
    let mut processes: BTreeMap<ProcessId, Process> = world.processes.clone();
    for process in processes.values_mut() {
        process.seen.by.extend(views.ways(process.id));
    }
    for entry in persisted.iter().filter(|entry| candidates.contains(&entry.pid)) {
        if let Some(process) = verdict::of(entry, &views, &processes, &mut reader) {
            processes.insert(process.id, process);
        }
    }
    threads::still_unlisted(look, suspects.threads, &mut processes);
    for process in processes.into_values() {
        look.saw(Event::ProcessSeen(Box::new(process)));
    }
}

/// The brute-force questions: every id that the kernel may give out.
fn probes(world: &World) -> [Question; 2] {
    let highest = world.processes.keys().map(|id| id.pid).max().unwrap_or(0);
    let max = world.host.pid_max.max(highest);
    [PidProbe::Pidfd, PidProbe::Kill].map(|how| Question::ProbePids { how, max })
}

/// Holds the candidates through three rounds; those that a way missed in all of them, once more.
fn confirmed(look: &mut Look<'_>, views: &Views, pids: &[u32]) -> Vec<Persisted> {
    let first = persist(look, pids);
    let odd: Vec<u32> = first.iter().filter(|e| !verdict::missed(e, views).is_empty()).map(|e| e.pid).collect();
    if odd.is_empty() {
        return first;
    }
    let mut again: BTreeMap<u32, Persisted> = persist(look, &odd).into_iter().map(|e| (e.pid, e)).collect();
    let both = |entry: Persisted| match again.remove(&entry.pid) {
        Some(mut later) => {
            later.lived &= entry.lived;
            later.rounds.extend(entry.rounds);
            Some(later)
        }
        None if odd.contains(&entry.pid) => None,
        None => Some(entry),
    };
    first.into_iter().filter_map(both).collect()
}

fn persist(look: &mut Look<'_>, pids: &[u32]) -> Vec<Persisted> {
    if pids.is_empty() {
        return Vec::new();
    }
    match look.ask(&Question::Persist(pids.to_vec()), "processes that not every view showed") {
        Some(Answer::Persist(seen)) => seen,
        Some(other) => {
            look.misfit("processes that not every view showed", &other);
            Vec::new()
        }
        None => Vec::new(),
    }
}
