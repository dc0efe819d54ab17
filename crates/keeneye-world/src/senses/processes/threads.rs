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
    let (threads, unread): (Vec<_>, Vec<_>) =
        ids.into_iter().map(|tid| read_one(parts, pid, tid).ok_or(tid)).partition(Result::is_ok);
    let mut threads: Vec<Thread> = threads.into_iter().flatten().collect();
    if !unread.is_empty() {
        // Those that ended meanwhile are not listed any more.
        let listed = parts.host.list(&proc_path::of(pid, "task")).unwrap_or_default();
        for tid in unread.into_iter().filter_map(Result::err) {
            let there = listed.iter().any(|entry| proc_path::pid(&entry.name) == Some(tid));
            match read_one(parts, pid, tid) {
                Some(thread) => threads.push(thread),
                None if there => parts.refuse("task", Refusal::ABSENT),
                None => (),
            }
        }
    }
    threads
}

fn read_one(parts: &Parts<'_>, pid: u32, tid: u32) -> Option<Thread> {
    let line = parts.host.read(&proc_path::of(pid, &format!("task/{tid}/stat"))).ok()?;
    let process = stat::parse(&line)?.process;
    Some(Thread { tid, start: process.id.start, comm: Text::from(&*process.comm), seen: Seen::by(Way::Task) })
}
