//! Which parts of processes were refused, so that 143 refusals of one kind become one gap.

use crate::Look;
use keeneye_facts::{Process, Refusal};
use std::collections::BTreeMap;

/// Parts without which no process can be judged.
const VITAL: [&str; 4] = ["stat", "status", "exe", "fd"];

/// Counts of questions and refusals; a process that is read again replaces what it counted before.
#[derive(Default)]
pub(crate) struct Tally {
    asked: BTreeMap<u32, u64>,
    refused: BTreeMap<u32, Vec<(&'static str, Refusal)>>,
}

impl Tally {
    /// How the last reading of a process went.
    pub(super) fn set(&mut self, pid: u32, asked: u64, refused: Vec<(&'static str, Refusal)>) {
        self.asked.insert(pid, asked);
        self.refused.insert(pid, refused);
    }
    /// One more refusal.
    pub(super) fn add(&mut self, pid: u32, part: &'static str, why: Refusal) {
        *self.asked.entry(pid).or_default() += 1;
        self.refused.entry(pid).or_default().push((part, why));
    }

    /// A part was said not to be there: so it is while a process ends or executes something.
    pub(super) fn misses(&self, pid: u32) -> bool {
        self.refused.get(&pid).is_some_and(|parts| parts.iter().any(|(_, why)| why.is_absent()))
    }

    /// One gap for each part and reason, and the questions counted. A vital part that most processes refuse is
    /// blinding.
    pub(crate) fn report(&self, look: &mut Look<'_>, found: &BTreeMap<u32, Process>) {
        let refused =
            self.refused.iter().flat_map(|(pid, parts)| parts.iter().map(move |(part, why)| (pid, *part, why)));
        let mut kinds: Vec<(&str, &Refusal, Vec<u32>)> = Vec::new();
        for (pid, part, why) in refused.clone() {
            match kinds.iter_mut().find(|(p, w, _)| (*p, *w) == (part, why)) {
                Some((_, _, pids)) if pids.last() == Some(pid) => (),
                Some((_, _, pids)) => pids.push(*pid),
                None => kinds.push((part, why, vec![*pid])),
            }
        }
        let unreadable = self.refused.keys().filter(|pid| !found.contains_key(pid)).count();
        let programs = unreadable + found.values().filter(|p| !p.is_kernel_thread() && !p.is_zombie()).count();
        for (part, why, pids) in kinds {
            let what = match pids.as_slice() {
                [one] => format!("{part} of process {one}"),
                many => format!("{part} of {} processes", many.len()),
            };
            if VITAL.contains(&part) && pids.len() * 2 > programs {
                look.blinding_gap(what, why.clone());
            } else {
                look.gap(what, why.clone());
            }
        }
        let asked: u64 = self.asked.values().sum();
        look.count(asked, asked.saturating_sub(refused.count() as u64));
    }
}
