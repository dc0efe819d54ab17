//! `/proc/N/task`: the threads of a process.

use super::reader::Parts;
use super::stat;
use crate::{AskHost, proc_path};
use keeneye_facts::{Refusal, Seen, Text, Thread, Way};

/// Threads that are looked at in one process.
const MAX: usize = 20_000;

/// Threads other than the first. One that ends meanwhile is left out.
pub(super) fn read(parts: &mut Parts<'_>, pid: u32) -> Vec<Thread> {
    let reply = parts.host.list(&proc_path::of(pid, "task"));
    let names = parts.take("task", reply).unwrap_or_default();
    let mut ids: Vec<u32> = names.iter().filter_map(|e| proc_path::pid(&e.name)).filter(|tid| *tid != pid).collect();
    if ids.len() > MAX {
        ids.truncate(MAX);
        parts.refuse("task", Refusal::Cut(format!("{MAX} threads a process")));
    }
    let thread = |tid: u32| {
        let line = parts.host.read(&proc_path::of(pid, &format!("task/{tid}/stat"))).ok()?;
        let process = stat::parse(&line)?.process;
        Some(Thread { tid, start: process.id.start, comm: Text::from(&*process.comm), seen: Seen::by(Way::Task) })
    };
    ids.into_iter().filter_map(thread).collect()
}
