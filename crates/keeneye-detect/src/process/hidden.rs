//! A process that some ways of looking show and others do not.
//!
//! # What it sees
//! Processes are looked for in several ways that do not depend on each other: the listing of a procfs of keeneye's own,
//! the listing of the mounted /proc, asking for one number in either, `pidfd_open`, `kill` with signal 0, the lists of
//! control groups. A process that lived all the while and was shown by some of them only is hidden from the others.
//!
//! # Why it matters
//! `ps` and `top` show what listing /proc shows. A kernel module, or a mount over a directory in /proc, takes a process
//! out of that list; no honest program does.
//!
//! # Innocent causes
//! A process that ends or begins between two looks: each was held by its pidfd and looked for three times. A /proc that
//! is mounted with `hidepid`, or belongs to another process namespace: then these ways are not compared. Control
//! groups leave out zombies and processes of other hierarchies, so their silence counts for nothing.
//!
//! # What to do
//! Do not kill it and do not reboot: its memory is the evidence. `keeneye look pid PID` tells what it is, and
//! `keeneye capture --with-files -o host.kee` keeps its program. If a mount hides it, the mount is named as well.

use crate::{Detector, Scene, portrait, subject, ways};
use keeneye_facts::{Finding, Level, Process, Way};
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/hidden",
    title: "a process that is hidden from some views",
    level: Level::Compromised,
    attack: &["T1014", "T1564"],
    absolute: true,
    source: include_str!("hidden.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let comparable = ways::comparable(scene.world);
    scene.world.processes.values().filter_map(|process| judge(scene, process, &comparable)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process, comparable: &BTreeSet<Way>) -> Option<Finding> {
    let hidden_from: BTreeSet<Way> = process.seen.not_by.intersection(comparable).copied().collect();
    if hidden_from.is_empty() || process.seen.by.is_empty() {
        return None;
    }
    let subject = subject::process(process);
    let summary = format!(
        "{} is hidden: {} show it, {} do not",
        subject.name.lossy(),
        ways::words(&process.seen.by),
        ways::words(&hidden_from)
    );
    let mut finding = DETECTOR
        .finding(Level::Compromised, subject, summary)
        .evidence_by("shown by", ways::words(&process.seen.by), process.seen.by.iter().copied())
        .evidence("not shown by", ways::words(&hidden_from));
    let directory = format!("/proc/{}", process.id.pid);
    for mount in scene.world.mounts.iter().filter(|mount| mount.point.is_within(&directory)) {
        finding = finding.evidence("mount over it", mount.point.clone()).related(subject::mount(mount));
    }
    let finding = finding
        .innocent("it ended while keeneye looked", true, "it was looked for again, and lived before and after")
        .innocent("a /proc with hidepid, or of another process namespace", true, "such views are not compared")
        .next("do not reboot: its memory is the evidence")
        .next("keeneye capture --with-files -o host.kee");
    Some(portrait::add(finding, scene, process))
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    use keeneye_facts::{Event, Executable, Process, ProcessId, Seen, Way};

    fn process(pid: u32, by: &[Way], not_by: &[Way]) -> Event {
        Event::ProcessSeen(Box::new(Process {
            id: ProcessId { pid, start: 500 },
            comm: "k".into(),
            exe: Some(Executable { path: "/opt/k".into(), ..Executable::default() }),
            seen: Seen { by: by.iter().copied().collect(), not_by: not_by.iter().copied().collect() },
            ..Process::default()
        }))
    }
    fn check(host: &str, then: &[Event], expected: &[&str]) {
        assert_eq!(findings("process/hidden", host, then), expected);
    }
    const HIDEPID: &str =
        r"/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 d rw\n2 1 0:4 / /proc rw - proc proc rw,hidepid=invisible\n";

    #[test]
    fn a_process_that_listing_proc_does_not_show() {
        check(
            "",
            &[process(41, &[Way::Pidfd, Way::Kill, Way::Cgroup], &[Way::Readdir, Way::MountedReaddir])],
            &["compromised: k (pid 41) is hidden: pidfd_open, kill and control groups show it, \
               listing keeneye's own procfs and listing /proc do not"],
        );
    }
    #[test]
    fn a_process_that_only_the_mounted_proc_does_not_show() {
        check(
            r"/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 d rw\n9 2 8:1 /e /proc/41 rw - ext4 d rw\n",
            &[process(41, &[Way::Readdir, Way::Lookup], &[Way::MountedLookup])],
            &["compromised: k (pid 41) is hidden: listing keeneye's own procfs and asking keeneye's own procfs \
               by number show it, asking /proc by number do not"],
        );
    }
    #[test]
    fn a_zombie_in_no_control_group_is_quiet() {
        check("", &[process(41, &[Way::Readdir, Way::Pidfd, Way::Kill], &[Way::Cgroup])], &[]);
    }
    #[test]
    fn all_views_agree() {
        check("", &[process(41, &[Way::Readdir, Way::MountedReaddir, Way::Pidfd, Way::Kill], &[])], &[]);
    }
    #[test]
    fn hidepid_takes_processes_from_those_without_rights() {
        let nobody =
            Event::HostSeen(Box::new(keeneye_facts::Host { own_uid: 65534, live: true, ..Default::default() }));
        let seen = process(41, &[Way::Pidfd, Way::Kill], &[Way::Readdir, Way::MountedReaddir, Way::Lookup]);
        check(HIDEPID, &[nobody, seen.clone()], &[]);
        assert_eq!(findings("process/hidden", HIDEPID, &[seen]).len(), 1, "but not from root");
    }
    #[test]
    fn a_proc_of_another_namespace_is_not_compared() {
        let own = process(999_999, &[Way::Readdir], &[Way::MountedReaddir, Way::MountedLookup]);
        let other = process(41, &[Way::Readdir], &[Way::MountedReaddir, Way::MountedLookup]);
        check("", &[own, other], &[]);
    }
}
