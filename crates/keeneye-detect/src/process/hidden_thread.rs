//! A thread that some ways of looking show and others do not.
//!
//! # What it sees
//! A thread answers when asked for by its number, but the list of threads of its process leaves it out, or the other
//! way round, in every one of several looks.
//!
//! # Why it matters
//! Code that was put into an honest process runs in a thread of its own, and some rootkits hide that thread only.
//!
//! # Innocent causes
//! Threads that begin or end while keeneye looks: only what stays the same in all looks counts. A /proc with `hidepid`
//! or of another process namespace is not compared.
//!
//! # What to do
//! Look at its process: `keeneye look pid PID`. Keep the memory: do not kill or reboot.

use crate::{Detector, Scene, portrait, subject, ways};
use keeneye_facts::{Finding, Level, Process, Thread, Way};
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/hidden-thread",
    title: "a thread that is hidden from some views",
    level: Level::Compromised,
    attack: &["T1014", "T1055"],
    absolute: true,
    source: include_str!("hidden_thread.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let comparable = ways::comparable(scene.world);
    let threads = scene.world.processes.values().flat_map(|p| p.threads.iter().map(move |t| (p, t)));
    threads.filter_map(|(process, thread)| judge(scene, process, thread, &comparable)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process, thread: &Thread, comparable: &BTreeSet<Way>) -> Option<Finding> {
    let hidden_from: BTreeSet<Way> = thread.seen.not_by.intersection(comparable).copied().collect();
    // `pidfd_open` and the top level of /proc know processes only.
    let hidden_from: BTreeSet<Way> =
        hidden_from.into_iter().filter(|way| !matches!(way, Way::Pidfd | Way::Readdir | Way::MountedReaddir)).collect();
    if hidden_from.is_empty() || thread.seen.by.is_empty() {
        return None;
    }
    let summary = format!(
        "thread {} of {} is hidden: {} show it, {} do not",
        thread.tid,
        subject::process(process).name.lossy(),
        ways::words(&thread.seen.by),
        ways::words(&hidden_from)
    );
    let finding = DETECTOR
        .finding(Level::Compromised, subject::thread(process, thread), summary)
        .evidence_by("shown by", ways::words(&thread.seen.by), thread.seen.by.iter().copied())
        .evidence("not shown by", ways::words(&hidden_from))
        .evidence("name of the thread", thread.comm.clone())
        .related(subject::process(process))
        .innocent("it ended while keeneye looked", true, "it was looked for again and was still there");
    Some(portrait::add(finding, scene, process))
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    use keeneye_facts::{Event, Executable, Process, ProcessId, Seen, Thread, Way};

    fn check(by: &[Way], not_by: &[Way], expected: &[&str]) {
        let seen = Seen { by: by.iter().copied().collect(), not_by: not_by.iter().copied().collect() };
        let process = Process {
            id: ProcessId { pid: 41, start: 500 },
            comm: "nginx".into(),
            exe: Some(Executable { path: "/usr/sbin/nginx".into(), ..Executable::default() }),
            threads: vec![Thread { tid: 45, start: 600, comm: "x".into(), seen }],
            ..Process::default()
        };
        assert_eq!(findings("process/hidden-thread", "", &[Event::ProcessSeen(Box::new(process))]), expected);
    }
    #[test]
    fn a_thread_that_its_process_does_not_list() {
        check(
            &[Way::Lookup, Way::Kill],
            &[Way::Task],
            &["compromised: thread 45 of nginx (pid 41) is hidden: asking keeneye's own procfs by number and kill \
               show it, its process's list of threads do not"],
        );
    }
    #[test]
    fn ways_that_know_processes_only_are_quiet() {
        check(&[Way::Lookup, Way::Task], &[Way::Pidfd, Way::Readdir, Way::Cgroup], &[]);
    }
}
