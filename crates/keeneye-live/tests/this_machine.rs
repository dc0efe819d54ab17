//! The live host asked about the machine that the test runs on.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    reason = "tests look at the system to compare"
)]

use keeneye_facts::{Refusal, Text};
use keeneye_live::{Live, Options};
use keeneye_world::{Answer, AskHost, Host, PidProbe, Plan, Question, proc_path, scan};
use std::path::Path;

fn live() -> Live {
    Live::new(Path::new("/"), &Options::default()).expect("the root can be opened")
}

#[test]
fn a_scan_finds_this_process() {
    let world = scan(&live(), &Plan { quick: true, ..Plan::default() });
    let own = world.process(std::process::id()).expect("this process is there");
    let exe = std::env::current_exe().expect("has an executable");
    let found = own.exe.as_ref().expect("its executable was read");
    assert_eq!(found.path.lossy(), exe.to_string_lossy());
    assert_eq!(world.host.own_pid, std::process::id());
    assert!(world.host.live);
}

#[test]
fn facts_of_an_executable_come_from_behind_the_link() {
    use std::os::unix::fs::MetadataExt;
    let live = live();
    let exe = std::fs::metadata("/proc/self/exe").expect("has an executable");
    let stat = live.stat(&"/proc/self/exe".into()).expect("stat of an executable");
    assert_eq!((stat.inode, stat.device, stat.size), (exe.ino(), exe.dev(), exe.size()));
    assert!(live.head(&"/proc/self/exe".into()).expect("content").starts_with(b"\x7fELF"));
    assert_eq!(live.digest(&"/proc/self/exe".into()).expect("digest").size, exe.size());
    assert!(live.link(&"/proc/self/ns/net".into()).expect("a namespace").starts_with(b"net:["));
}

#[test]
fn the_probe_finds_every_listed_process_that_stays() {
    let live = live();
    let listed = |live: &Live| -> Vec<u32> {
        live.list(&"/proc".into()).expect("a listing").iter().filter_map(|e| proc_path::pid(&e.name)).collect()
    };
    let number = |path: &str| -> u32 { live.read(&path.into()).unwrap().lossy().trim().parse().unwrap() };
    let max = number("/proc/sys/kernel/pid_max");
    for how in [PidProbe::Pidfd, PidProbe::Kill] {
        let before = listed(&live);
        let question = Question::ProbePids { how, max };
        live.expect(std::slice::from_ref(&question));
        let Ok(Answer::Pids(probed)) = live.ask(&question) else { panic!("no pids") };
        let after = listed(&live);
        let missing: Vec<&u32> =
            before.iter().filter(|p| after.contains(p) && probed.binary_search(p).is_err()).collect();
        assert!(missing.is_empty(), "{how:?} missed {missing:?}");
    }
}

#[test]
fn a_process_that_ended_is_gone() {
    let mut child = sleeping_child();
    let live = live();
    let stat = proc_path::of(child.id(), "stat");
    assert!(live.read(&stat).is_ok());
    child.kill().expect("ours to end");
    child.wait().expect("ended");
    assert_eq!(live.read(&stat), Err(Refusal::Errno(3)));
    assert_eq!(live.stat(&proc_path::of(child.id(), "exe")), Err(Refusal::Errno(3)));
    assert_eq!(live.link(&proc_path::of(child.id(), "exe")), Err(Refusal::Errno(3)));
    assert_eq!(live.list(&proc_path::of(child.id(), "fd")), Err(Refusal::Errno(3)));
}

#[test]
fn a_process_that_stays_persists_and_one_that_ended_does_not() {
    let mut child = sleeping_child();
    let gone = child.id();
    child.kill().expect("ours to end");
    child.wait().expect("ended");
    let own = std::process::id();
    let Ok(Answer::Persist(seen)) = live().ask(&Question::Persist(vec![own, gone])) else { panic!("refused") };
    assert!(seen[0].lived);
    assert_eq!(seen[0].rounds.len(), 3);
    for round in &seen[0].rounds {
        assert!(round.readdir && round.mounted_readdir && round.kill);
        assert!(round.start.is_some());
        assert_eq!(round.start, round.mounted_start);
    }
    assert!(!seen[1].lived);
}

#[test]
fn mounted_and_own_procfs_tell_the_same_of_this_process() {
    let live = live();
    let Ok(Answer::Names(names)) = live.ask(&Question::MountedList("/proc".into())) else { panic!("refused") };
    assert!(names.iter().any(|entry| entry.name == std::process::id().to_string().as_str()));
    let path = proc_path::of(std::process::id(), "comm");
    let Ok(Answer::Bytes { data, .. }) = live.ask(&Question::MountedRead(path.clone())) else { panic!("refused") };
    assert_eq!(data, live.read(&path).expect("comm"));
}

#[test]
fn a_file_of_the_machine_resolves_to_where_it_is() {
    let live = live();
    let real = std::fs::canonicalize("/proc/self/exe").expect("has an executable");
    let path = Text::from(real.to_string_lossy().into_owned());
    assert_eq!(live.resolve(&path), Ok(path));
}

/// A process that waits for its standard input to end.
fn sleeping_child() -> std::process::Child {
    std::process::Command::new("/bin/cat")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("cat is there")
}
