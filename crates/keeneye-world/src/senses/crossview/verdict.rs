//! What three rounds of looking for a held process say.

use super::views::Views;
use crate::senses::processes::{Outcome, Reader};
use crate::{PersistRound, Persisted};
use keeneye_facts::{Process, ProcessId, Seen, Way};
use std::collections::{BTreeMap, BTreeSet};

/// The process with the ways that showed it and that did not; `None` when it ended, or was no process at all.
pub(super) fn of(
    entry: &Persisted,
    views: &Views,
    known: &BTreeMap<ProcessId, Process>,
    reader: &mut Reader<'_>,
) -> Option<Process> {
    let not_by = missed(entry, views);
    let start = start(entry);
    let mut by: BTreeSet<Way> = shown(entry).collect();
    if !alive(entry) || by.is_empty() {
        return None;
    }
    if views.cgroup.as_ref().is_some_and(|set| set.contains(&entry.pid)) {
        by.insert(Way::Cgroup);
    }
    let mut process = match reader.read(entry.pid) {
        Outcome::Process(process) if start.is_none_or(|start| start == process.id.start) => *process,
        // It ended while nothing was wrong with it.
        _ if not_by.is_empty() => return None,
        // Proven alive by other ways, and its own directory cannot be read.
        _ => unreadable(entry.pid, start.unwrap_or(0)),
    };
    // A process that has ended is let go of by some ways sooner than by others.
    if process.is_zombie() && !entry.lived {
        return None;
    }
    if let Some(before) = known.get(&process.id) {
        by.extend(before.seen.by.iter().filter(|way| !not_by.contains(way)));
    }
    process.seen = Seen { by, not_by };
    Some(process)
}

/// Ways that can be trusted and missed the process in every round, though it was alive.
pub(super) fn missed(entry: &Persisted, views: &Views) -> BTreeSet<Way> {
    if !alive(entry) {
        return BTreeSet::new();
    }
    let never = |sees: fn(&PersistRound) -> bool| !entry.rounds.iter().any(sees);
    let mounted = views.mounted.is_some();
    let ways = [
        (Way::Readdir, never(|r| r.readdir)),
        (Way::Lookup, never(|r| r.start.is_some())),
        (Way::MountedReaddir, mounted && never(|r| r.mounted_readdir)),
        (Way::MountedLookup, mounted && never(shown_by_number)),
        (Way::Pidfd, views.pidfd.is_some() && !entry.lived),
        (Way::Kill, views.kill.is_some() && never(|r| r.kill)),
    ];
    let missed = ways.into_iter().filter(|(way, missed)| *missed && !views.untrusted.contains(way));
    missed.map(|(way, _)| way).collect()
}

fn shown(entry: &Persisted) -> impl Iterator<Item = Way> {
    let ever = |sees: fn(&PersistRound) -> bool| entry.rounds.iter().any(sees);
    let ways = [
        (Way::Readdir, ever(|r| r.readdir)),
        (Way::Lookup, ever(|r| r.start.is_some())),
        (Way::MountedReaddir, ever(|r| r.mounted_readdir)),
        (Way::MountedLookup, ever(shown_by_number)),
        (Way::Pidfd, entry.lived),
        (Way::Kill, ever(|r| r.kill)),
    ];
    ways.into_iter().filter(|(_, shown)| *shown).map(|(way, _)| way)
}

/// The mounted procfs answers, and about this very process: another one's directory may be mounted over it.
fn shown_by_number(round: &PersistRound) -> bool {
    round.mounted_start.is_some_and(|start| round.start.is_none_or(|own| own == start))
}

/// Held to the end, or there with one start time in every round, or answering every round.
fn alive(entry: &Persisted) -> bool {
    let rounds = &entry.rounds;
    let constant = |start: fn(&PersistRound) -> Option<u64>| {
        let first = rounds.first().and_then(start);
        first.is_some() && rounds.iter().all(|round| start(round) == first)
    };
    let answers = rounds.iter().all(|round| round.kill);
    !rounds.is_empty() && (entry.lived || constant(|r| r.start) || constant(|r| r.mounted_start) || answers)
}

fn start(entry: &Persisted) -> Option<u64> {
    entry.rounds.iter().find_map(|round| round.start.or(round.mounted_start))
}

fn unreadable(pid: u32, start: u64) -> Process {
    Process { id: ProcessId { pid, start }, state: '?', unread: vec!["stat".into()], ..Process::default() }
}
