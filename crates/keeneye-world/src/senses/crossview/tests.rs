//! Hidden processes and threads, and everything that only looks like one.

use crate::fixture::Fixture;
use crate::{Answer, Host, PersistRound, Persisted, PidProbe, Plan, Question, Reply, World, scan};
use keeneye_facts::{Process, Refusal, Text, Way};
use std::cell::Cell;

fn world(text: &str) -> World {
    scan(&Fixture::new(text), &Plan::default())
}
/// `pid: not by these ways`, for each process that some way did not show.
fn hidden(world: &World) -> Vec<String> {
    let ways = |p: &Process| p.seen.not_by.iter().map(|w| format!("{w:?}")).collect::<Vec<_>>().join(" ");
    let odd = world.processes.values().filter(|p| !p.seen.not_by.is_empty());
    odd.map(|p| format!("{}: {}", p.id.pid, ways(p))).collect()
}
fn gaps(world: &World) -> Vec<String> {
    let of = world.gaps.iter().filter(|g| g.sense == "crossview");
    of.map(|g| format!("{} {:?}", g.what.lossy(), g.why)).collect()
}

const ORDINARY: &str = "process 1 exe=/sbin/init\nprocess 2 kernel comm=kthreadd\nprocess 7 state=Z comm=z\n\
    process 41 exe=/usr/bin/java\nthread 41 42 comm=gc\n";

#[test]
fn an_ordinary_host_agrees_with_itself_by_every_way() {
    let world = world(ORDINARY);
    assert_eq!(hidden(&world), [""; 0]);
    assert_eq!(gaps(&world), [""; 0]);
    let by = &world.process(41).unwrap().seen.by;
    let all = [Way::Readdir, Way::MountedReaddir, Way::MountedLookup, Way::Lookup, Way::Pidfd, Way::Kill];
    assert_eq!(by.iter().copied().collect::<Vec<_>>(), all);
}

#[test]
fn a_process_that_no_list_shows() {
    let world = world(&format!("{ORDINARY}process 66 exe=/tmp/.x uid=33 hide=readdir,mounted-readdir"));
    assert_eq!(hidden(&world), ["66: Readdir MountedReaddir"]);
    let process = world.process(66).unwrap();
    assert_eq!(process.exe.as_ref().unwrap().path, "/tmp/.x", "its facts are read all the same");
    assert!(process.seen.by.contains(&Way::Pidfd) && process.seen.by.contains(&Way::Lookup));
    assert_eq!(process.uid(), 33);
}

#[test]
fn a_process_that_only_pidfd_and_kill_show() {
    let world = world("process 1 exe=/sbin/init\nprocess 66 exe=/x hide=readdir,mounted-readdir,lookup,mounted-lookup");
    assert_eq!(hidden(&world), ["66: Readdir MountedReaddir MountedLookup Lookup"]);
    assert_eq!(world.process(66).unwrap().unread, ["stat"]);
}

#[test]
fn a_process_that_only_kill_shows() {
    let hide = "readdir,mounted-readdir,lookup,mounted-lookup,pidfd";
    let world = world(&format!("process 1 exe=/sbin/init\nprocess 66 exe=/x hide={hide}"));
    assert_eq!(hidden(&world), ["66: Readdir MountedReaddir MountedLookup Lookup Pidfd"]);
}

#[test]
fn a_process_that_lists_show_and_system_calls_do_not() {
    let world = world(&format!("{ORDINARY}process 66 exe=/x hide=pidfd,kill"));
    assert_eq!(hidden(&world), ["66: Pidfd Kill"]);
}

#[test]
fn a_mount_over_a_process_hides_it_from_the_tools_only() {
    let world = world(&format!("{ORDINARY}process 66 exe=/x hide=mounted-lookup"));
    assert_eq!(hidden(&world), ["66: MountedLookup"]);
    let quiet = scan(&Fixture::new("process 66 exe=/x hide=mounted-lookup"), &Plan { quick: true, ..Plan::default() });
    assert_eq!(hidden(&quiet), ["66: MountedLookup"], "a quick look sees that too");
}

#[test]
fn a_listed_process_without_a_directory() {
    let world = world(&format!("{ORDINARY}process 66 exe=/x hide=lookup,mounted-lookup"));
    assert_eq!(hidden(&world), ["66: MountedLookup Lookup"]);
}

#[test]
fn a_process_that_a_control_group_shows() {
    let cgroups = "/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 x rw\\n2 1 0:4 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\\n\n\
        /sys/fs/cgroup/cgroup.procs = 1\\n\n/sys/fs/cgroup/a.slice/cgroup.procs = 0\\n66\\n\n";
    let host = Fixture::new(&format!("{cgroups}process 1 exe=/i\nprocess 66 exe=/x hide=readdir,mounted-readdir"));
    let world = scan(&host, &Plan { quick: true, ..Plan::default() });
    assert_eq!(hidden(&world), ["66: Readdir MountedReaddir"], "without any probe");
    assert!(world.process(66).unwrap().seen.by.contains(&Way::Cgroup));
    assert!(world.process(1).unwrap().seen.by.contains(&Way::Cgroup));
}

#[test]
fn a_thread_that_its_process_does_not_list() {
    let loud = world(&format!("{ORDINARY}thread 41 66 comm=x hide=task"));
    let thread = loud.process(41).unwrap().threads.iter().find(|t| t.tid == 66).cloned();
    assert_eq!(thread.map(|t| t.seen.not_by.into_iter().collect::<Vec<_>>()), Some(vec![Way::Task]));
    assert_eq!(hidden(&loud), [""; 0], "its process is not hidden");
    let quiet = world(&format!("{ORDINARY}thread 41 66 comm=x"));
    assert!(quiet.process(41).unwrap().threads.iter().all(|t| t.seen.not_by.is_empty()));
}

#[test]
fn hidepid_is_a_gap_and_no_fact() {
    let hidepid = "/proc/self/mountinfo = 2 1 0:4 / /proc rw - proc proc rw,hidepid=invisible\\n\n";
    let process = "process 1 exe=/i\nprocess 66 exe=/x hide=mounted-readdir,mounted-lookup";
    assert_eq!(hidden(&world(process)), ["66: MountedReaddir MountedLookup"]);
    let world = world(&format!("{hidepid}{process}"));
    assert_eq!(hidden(&world), [""; 0]);
    assert_eq!(gaps(&world), ["processes of other users in /proc (hidepid=invisible) NotHere"]);
}

#[test]
fn a_procfs_of_another_pid_namespace_is_a_gap_and_no_fact() {
    let other = "/proc/self/stat = 3 (keeneye) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 900 0 0\n";
    let world = world(&format!("{other}process 66 exe=/x hide=mounted-readdir,mounted-lookup"));
    assert_eq!(hidden(&world), [""; 0]);
    assert_eq!(gaps(&world).len(), 1);
}

/// A fixture in which some questions are answered otherwise.
struct Otherwise<'a, F: Fn(&Question) -> Option<Reply>>(&'a Fixture, F);
impl<F: Fn(&Question) -> Option<Reply>> Host for Otherwise<'_, F> {
    fn ask(&self, question: &Question) -> Reply {
        (self.1)(question).unwrap_or_else(|| self.0.ask(question))
    }
}

#[test]
fn processes_that_end_between_two_looks_are_no_fact() {
    let fixture = Fixture::new(ORDINARY);
    // Thousands that the probe meets and that nobody meets again.
    let storm: Vec<u32> = (1000..9000).collect();
    let host = Otherwise(&fixture, |question: &Question| match question {
        Question::ProbePids { how: PidProbe::Pidfd, .. } => {
            Some(Ok(Answer::Pids([1, 2, 7, 41].into_iter().chain(storm.iter().copied()).collect())))
        }
        Question::ProbeThese { how: PidProbe::Pidfd, ids } => Some(Ok(Answer::Pids(ids.clone()))),
        _ => None,
    });
    let world = scan(&host, &Plan::default());
    assert_eq!(hidden(&world), [""; 0]);
    assert_eq!(gaps(&world), ["3904 processes that not every view showed Cut(\"4096 held processes\")"]);
    assert_eq!(world.processes.len(), 4);
}

#[test]
fn a_process_under_the_directory_of_another() {
    let fixture = Fixture::new("process 41 exe=/x hide=mounted-lookup");
    let round =
        PersistRound { readdir: true, mounted_readdir: true, start: Some(500), mounted_start: Some(20), kill: true };
    let host = Otherwise(&fixture, |question: &Question| match question {
        Question::Persist(_) => {
            Some(Ok(Answer::Persist(vec![Persisted { pid: 41, lived: true, rounds: vec![round; 3] }])))
        }
        _ => None,
    });
    assert_eq!(hidden(&scan(&host, &Plan::default())), ["41: MountedLookup"]);
}

#[test]
fn a_process_that_one_view_missed_in_some_rounds_is_no_fact() {
    let fixture = Fixture::new("process 41 exe=/x hide=mounted-readdir");
    let seen = |mounted_readdir| PersistRound {
        readdir: true,
        mounted_readdir,
        start: Some(500),
        mounted_start: Some(500),
        kill: true,
    };
    let host = Otherwise(&fixture, |question: &Question| match question {
        Question::Persist(_) => {
            let rounds = vec![seen(false), seen(true), seen(false)];
            Some(Ok(Answer::Persist(vec![Persisted { pid: 41, lived: true, rounds }])))
        }
        _ => None,
    });
    assert_eq!(hidden(&scan(&host, &Plan::default())), [""; 0]);
}

#[test]
fn what_is_missed_only_the_first_time_is_no_fact() {
    let fixture = Fixture::new("process 41 exe=/x hide=pidfd");
    let asked = Cell::new(0);
    let host = Otherwise(&fixture, |question: &Question| {
        let Question::Persist(pids) = question else { return None };
        asked.set(asked.get() + 1);
        let Ok(Answer::Persist(mut seen)) = fixture.ask(&Question::Persist(pids.clone())) else { return None };
        if asked.get() > 1 {
            // It has ended in the meantime: that is why the first look could not hold it to the end.
            seen.iter_mut().for_each(|entry| entry.rounds = vec![PersistRound::default(); 3]);
        }
        Some(Ok(Answer::Persist(seen)))
    });
    assert_eq!(hidden(&scan(&host, &Plan::default())), [""; 0]);
    assert_eq!(asked.get(), 2);
}

#[test]
fn refused_probes_are_gaps() {
    for (question, gap) in [
        (Question::ProbePids { how: PidProbe::Pidfd, max: 32_768 }, "process ids, tried one by one Errno(38)"),
        (Question::MountedList("/proc".into()), "the list of /proc as it is mounted Errno(38)"),
        (Question::Persist(vec![66]), "processes that not every view showed Errno(38)"),
    ] {
        let mut fixture = Fixture::new("process 1 exe=/i\nprocess 66 exe=/x hide=readdir,mounted-readdir");
        fixture.say(question, Err(Refusal::Errno(38)));
        assert!(gaps(&scan(&fixture, &Plan::default())).contains(&gap.to_owned()), "{gap}");
    }
}

#[test]
fn a_zombie_that_some_ways_let_go_of_is_no_fact() {
    let world = world("process 1 exe=/i\nprocess 66 state=Z hide=pidfd,mounted-lookup");
    assert_eq!(hidden(&world), [""; 0]);
    assert_eq!(world.process(66).map(|p| p.comm.clone()), Some(Text::from("sleep")));
}
