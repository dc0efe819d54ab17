//! Processes and threads, from procfs.
//!
//! Every question about a process is asked under its id while the door holds a directory descriptor of that very
//! process, so that an id that is given out again answers "gone" and not somebody else's facts. A process that ends
//! between two questions is neither a fact nor a gap; what looks odd in one look is looked at once more at the end.

pub(crate) mod container;
mod descriptors;
mod environment;
mod executable;
mod mappings;
mod program;
mod reader;
mod stat;
mod status;
mod tally;
#[cfg(test)]
mod tests;
mod threads;

use super::Plan;
use crate::{Answer, AskHost, Look, Question, World, proc_path};
use keeneye_facts::{Event, Process, Refusal, Seen, Way};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use descriptors::inode_in_brackets;
pub(super) use reader::{Outcome, Reader};
pub(super) use stat::parse as parse_stat;
pub(super) use status::tgid;

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    which_procfs(look, world.host.foreign_proc);
    let Some(listed) = list(look) else { return };
    let mut reader = Reader::new(look.host(), &world.host);
    let mut found = BTreeMap::new();
    for pid in listed {
        if let Outcome::Process(process) = reader.read(pid) {
            found.insert(pid, *process);
        }
    }
    look_again(look, &mut reader, &mut found);
    reader.tally.report(look, &found);
    for mut process in found.into_values() {
        process.seen = Seen::by(Way::Readdir);
        look.saw(Event::ProcessSeen(Box::new(process)));
    }
}

/// Where the mounted procfs is all there is and belongs to another pid namespace, the host's processes are not seen.
fn which_procfs(look: &mut Look<'_>, foreign: bool) {
    match look.ask(&Question::OwnProc, "a procfs of keeneye's own") {
        Some(Answer::OwnProc { detached: true, .. }) | None => (),
        Some(Answer::OwnProc { errno, .. }) if foreign => {
            look.blinding_gap("/proc (it belongs to another pid namespace)", Refusal::Errno(errno));
        }
        Some(Answer::OwnProc { errno, .. }) => {
            look.gap("a procfs of keeneye's own (the mounted one is used)", Refusal::Errno(errno));
        }
        Some(other) => look.misfit("a procfs of keeneye's own", &other),
    }
}

/// The process ids that /proc lists. Without them nothing can be judged.
fn list(look: &mut Look<'_>) -> Option<BTreeSet<u32>> {
    let names = look.host().list(&"/proc".into());
    look.count(1, u64::from(names.is_ok()));
    match names {
        Ok(names) => Some(names.iter().filter_map(|entry| proc_path::pid(&entry.name)).collect()),
        Err(why) => {
            look.blinding_gap("/proc", why);
            None
        }
    }
}

/// The second look: at processes that began or could not be read meanwhile, and at those whose first look was odd.
/// What is odd twice, in the same process, is true.
fn look_again(look: &mut Look<'_>, reader: &mut Reader<'_>, found: &mut BTreeMap<u32, Process>) {
    let Some(listed) = list(look) else { return };
    let mut refused = BTreeMap::new();
    for pid in listed {
        let odd = found.get(&pid).is_some_and(|process| is_odd(process, &reader.tally));
        if found.contains_key(&pid) && !odd {
            continue;
        }
        match reader.read(pid) {
            Outcome::Process(process) => {
                let process = confirmed(*process, found.get(&pid));
                found.insert(pid, process);
            }
            Outcome::Refused(why) => {
                found.remove(&pid);
                refused.insert(pid, why);
            }
        }
    }
    // A first look that was odd, and no second one: it ended, and an ending process looks odd.
    found.retain(|pid, process| reader.times_read(*pid) > 1 || !is_odd(process, &reader.tally));
    if !refused.is_empty() {
        blame(look, reader, found, &refused);
    }
}

/// Something that also an exec or an exit halfway through can look like.
fn is_odd(process: &Process, tally: &tally::Tally) -> bool {
    process.cmdline_wiped || process.environment.wiped || tally.misses(process.id.pid)
}

/// Of the second look, what the first one did not show in the same process may still be a race.
fn confirmed(mut now: Process, before: Option<&Process>) -> Process {
    let before = before.filter(|before| before.id == now.id);
    now.cmdline_wiped &= before.is_some_and(|b| b.cmdline_wiped);
    now.environment.wiped &= before.is_some_and(|b| b.environment.wiped);
    now
}

/// Processes without a readable `stat`: a gap for those that are listed yet another time and still cannot be read.
fn blame(
    look: &mut Look<'_>,
    reader: &mut Reader<'_>,
    found: &mut BTreeMap<u32, Process>,
    refused: &BTreeMap<u32, Refusal>,
) {
    let Some(listed) = list(look) else { return };
    for pid in refused.keys().filter(|pid| listed.contains(pid)) {
        match reader.read(*pid) {
            Outcome::Process(process) => {
                found.insert(*pid, confirmed(*process, None));
            }
            Outcome::Refused(why) => reader.tally.add(*pid, "stat", why),
        }
    }
}
