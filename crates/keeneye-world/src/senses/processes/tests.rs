//! The whole sense over hosts in the fixture language.

use crate::fixture::Fixture;
use crate::{Answer, Plan, Question, World, scan};
use keeneye_facts::{Namespaces, Process, ProgramKind, Refusal};

fn world(text: &str) -> World {
    scan(&Fixture::new(text), &Plan::default())
}
#[track_caller]
fn process(text: &str) -> Process {
    world(text).process(41).expect("process 41 was seen").clone()
}
fn gaps(world: &World) -> Vec<String> {
    let of = |g: &&keeneye_facts::Gap| g.sense == "processes";
    let words =
        |g: &keeneye_facts::Gap| format!("{}{} {:?}", if g.blinding { "! " } else { "" }, g.what.lossy(), g.why);
    world.gaps.iter().filter(of).map(words).collect()
}

#[test]
fn all_that_a_process_line_says_arrives() {
    let p = process(
        "process 41 comm=x exe=/usr/bin/x uid=33,0,33,33 gid=7 caps=c1 seccomp=2 nnp tracer=9 login=1000 \
         cgroup=/system.slice/x.service ns=net:77 env=\"LD_PRELOAD=/a.so SECRET=b\" tty=34816 session=40 cpu=7\n\
         thread 41 42 comm=worker start=501\n\
         map 41 rwxp\n\
         map 41 r-xp /usr/lib/x.so (deleted)\n\
         map 41 r--p /usr/lib/y.so\n\
         map 41 \"55d0-55d1 r-xp 0 08:01 77 /usr/lib/z.so\"\n\
         fd 41 3 socket:[5]",
    );
    assert_eq!((p.uids, p.gids, p.uid()), ([33, 0, 33, 33], [7; 4], 0));
    assert_eq!((p.capabilities.effective, p.seccomp, p.no_new_privs, p.tracer), (0xc1, 2, true, 9));
    assert_eq!(
        (p.login_uid, p.cgroup.clone(), p.tty, p.session),
        (Some(1000), "/system.slice/x.service".into(), 34_816, 40)
    );
    assert_eq!(p.namespaces.net, Some(77));
    assert_eq!(p.environment.names, ["LD_PRELOAD", "SECRET"]);
    assert_eq!(p.environment.values.len(), 1);
    assert_eq!((p.threads.len(), p.threads[0].tid, p.threads[0].comm.clone()), (1, 42, "worker".into()));
    let maps: Vec<_> = p.mappings.iter().map(|m| (m.path.lossy().into_owned(), m.deleted)).collect();
    assert_eq!(maps, [("".into(), false), ("/usr/lib/x.so".into(), true), ("/usr/lib/z.so".into(), false)]);
    assert_eq!(p.sockets().collect::<Vec<_>>(), [(3, 5)]);
    assert_eq!(p.exe.unwrap().at_path, Some(true));
    assert!(p.unread.is_empty() && !p.cmdline_wiped && !p.environment.wiped);
}

#[test]
fn a_process_is_in_the_hosts_own_namespaces_unless_said_otherwise() {
    let world = world("process 41 exe=/x");
    assert_ne!(world.host.own_namespaces, Namespaces::default());
    assert_eq!(world.process(41).unwrap().namespaces, world.host.own_namespaces);
    assert_eq!(gaps(&world), [""; 0]);
}

#[test]
fn another_pid_namespaces_procfs_blinds_only_where_it_is_all_there_is() {
    let look = |pid: u32, detached: bool| {
        let stat = format!("/proc/self/stat = {pid} (x) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0\\n");
        let mut fixture = Fixture::new(&stat);
        fixture.say(Question::OwnProc, Ok(Answer::OwnProc { detached, errno: 38 }));
        let world = scan(&fixture, &Plan::default());
        (world.host.foreign_proc, gaps(&world))
    };
    assert_eq!(look(5, true), (true, vec![]));
    assert_eq!(look(5, false), (true, vec!["! /proc (it belongs to another pid namespace) Errno(38)".into()]));
    let used = "a procfs of keeneye's own (the mounted one is used) Errno(38)";
    assert_eq!(look(999_999, false), (false, vec![used.into()]));
    let mut nowhere = Fixture::new("");
    nowhere.say(Question::MountedRead("/proc/self/stat".into()), Err(Refusal::ABSENT));
    assert!(scan(&nowhere, &Plan::default()).host.foreign_proc);
}

#[test]
fn a_container_is_its_group_and_a_mount_namespace_of_its_own() {
    let id = "0123456789abcdef".repeat(4);
    let p = process(&format!("process 41 exe=/x cgroup=/system.slice/docker-{id}.scope"));
    assert_eq!(p.container.unwrap().engine, "docker");
    // A group of that name can be made by anyone who may make groups.
    assert_eq!(process(&format!("process 41 exe=/x cgroup=/docker/{id} ns=mnt:4026531841")).container, None);
}

#[test]
fn a_script_is_the_program() {
    let p = process("process 41 exe=/usr/bin/python3.11 cmdline=\"python3 -u run.py\" cwd=/srv/app");
    assert_eq!(p.program.map(|p| (p.path, p.kind)), Some(("/srv/app/run.py".into(), ProgramKind::Script)));
}

#[test]
fn wiped_arguments_are_told_when_both_looks_show_them() {
    assert!(process("process 41 exe=/x cmdline=\\0\\0\\0").cmdline_wiped);
    assert!(process("process 41 exe=/x cmdline=\" \\0 \\0\"").cmdline_wiped);
    assert!(!process("process 41 exe=/x cmdline=\\0a").cmdline_wiped);
    assert!(!process("process 41 exe=/x cmdline=\\0\\0 state=Z").cmdline_wiped);
    assert!(process("process 41 exe=/x env=").environment.wiped);
}

#[test]
fn kernel_threads_and_zombies_have_no_program_and_that_is_no_gap() {
    let world = world("process 2 kernel comm=kthreadd\nprocess 41 state=Z comm=x\nprocess 42 flags=4 comm=y");
    assert_eq!(world.processes.len(), 3);
    assert_eq!(gaps(&world), [""; 0]);
}

#[test]
fn a_first_thread_that_ended_does_not_hide_the_program() {
    let p = process(
        "process 41 exe=/tmp/x state=Z\n\
         thread 41 42 comm=worker\n\
         /proc/41/task/42/exe @ /tmp/x\n\
         /proc/41/task/42/cmdline = x\\0-d\\0",
    );
    assert_eq!((p.state, p.is_zombie()), ('S', false));
    assert_eq!(p.exe.unwrap().path, "/tmp/x");
    assert_eq!(p.cmdline, ["x", "-d"]);
}

#[test]
fn in_the_middle_of_an_exec_nothing_is_wiped() {
    let odd = process("process 41 exe=/opt/x cmdline=\\0\\0 env=");
    assert!(odd.cmdline_wiped && odd.environment.wiped);
    let going_on = process("process 41 exe=/opt/x cmdline=\\0\\0 env= between");
    assert!(!going_on.cmdline_wiped && !going_on.environment.wiped);
}

#[test]
fn a_file_whose_name_ends_like_the_mark_is_not_deleted() {
    let exe = process("process 41 exe=\"/opt/x (deleted)\"").exe.unwrap();
    assert_eq!((exe.path, exe.deleted, exe.at_path), ("/opt/x (deleted)".into(), false, Some(true)));
    let exe = process("process 41 exe=/opt/x deleted").exe.unwrap();
    assert_eq!((exe.path, exe.deleted, exe.at_path), ("/opt/x".into(), true, Some(false)));
}

#[test]
fn what_is_refused_for_many_is_one_gap() {
    let world = world(
        "process 41 exe=/x\nprocess 42 exe=/x\nprocess 43 exe=/x\nprocess 44 exe=/x\nprocess 45 exe=/x\n\
         /proc/41/fd ! EACCES\n/proc/42/fd ! EACCES\n\
         /proc/41/exe ! EACCES\n/proc/42/exe ! EACCES\n/proc/43/exe ! EACCES\n\
         /proc/44/environ ! EIO",
    );
    let expected = ["! exe of 3 processes Errno(13)", "fd of 2 processes Errno(13)", "environ of process 44 Errno(5)"];
    assert_eq!(gaps(&world), expected);
    assert_eq!(world.process(41).unwrap().unread, ["exe", "fd"]);
    assert!(world.coverage.percent() < 100);
}

#[test]
fn a_part_that_is_not_there_while_the_process_lives_is_refused() {
    let world = world("process 41 exe=/x\n/proc/41/maps ! ENOENT\nprocess 42 comm=bare");
    assert_eq!(world.process(41).unwrap().unread, ["maps"]);
    assert_eq!(world.process(42).unwrap().unread, ["exe"]);
    assert_eq!(gaps(&world), ["maps of process 41 Errno(2)", "exe of process 42 Errno(2)"]);
}

#[test]
fn a_listed_process_that_cannot_be_read_is_a_gap() {
    let world =
        world("process 41 exe=/x\nprocess 42 exe=/x\nprocess 43 exe=/x\n/proc/41/stat ! ENOENT\n/proc/42/stat = x");
    assert!(world.process(41).is_none() && world.process(42).is_none());
    let garbled = Refusal::Garbled("not a stat line".into());
    assert_eq!(gaps(&world), ["stat of process 41 Errno(2)".into(), format!("stat of process 42 {garbled:?}")]);
}
