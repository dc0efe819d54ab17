//! The live host on a machine that works against it. Needs root: the tests mount things, each in a mount namespace of
//! its own.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::panic,
    reason = "tests make the trouble to look at"
)]

use bstr::ByteSlice;
use keeneye_facts::{Refusal, Text};
use keeneye_live::{Live, Options};
use keeneye_world::{Answer, AskHost, Host, PidProbe, Question, proc_path};
use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_bind, mount_change};
use std::fs;
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// EREMOTE
const REMOTE: i32 = 66;

fn live() -> Live {
    Live::new(Path::new("/"), &Options::default()).expect("the root can be opened")
}

/// Runs in a thread with a mount namespace of its own and an empty tmpfs, whose path it gets.
fn in_own_mounts(name: &str, test: impl FnOnce(PathBuf) + Send) {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a place for files");
    let inside = || {
        let flags = rustix::thread::UnshareFlags::NEWNS | rustix::thread::UnshareFlags::FS;
        // SAFETY: neither flag touches descriptors or memory; only this thread's directory and mounts are split off.
        unsafe { rustix::thread::unshare_unsafe(flags) }.expect("a mount namespace of its own (as root)");
        mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC).expect("private mounts");
        mount("tmpfs", &dir, "tmpfs", MountFlags::empty(), None).expect("a tmpfs");
        test(dir.clone());
    };
    std::thread::scope(|scope| scope.spawn(inside).join()).expect("the test inside");
    fs::remove_dir(&dir).ok();
}

/// A FUSE file system whose program never says a word, as long as the file is open.
fn mount_silent(at: &Path) -> fs::File {
    let fuse = fs::File::options().read(true).write(true).open("/dev/fuse").expect("FUSE");
    let data = format!("fd={},rootmode=40000,user_id=0,group_id=0,allow_other", fuse.as_raw_fd());
    let data = std::ffi::CString::new(data).expect("no zero in it");
    mount("silent", at, "fuse", MountFlags::empty(), data.as_c_str()).expect("a FUSE mount");
    fuse
}

fn text(path: &Path) -> Text {
    Text::from(path.to_string_lossy().into_owned())
}

#[test]
fn a_silent_file_system_costs_two_seconds_and_no_more() {
    in_own_mounts("silent", |dir| {
        fs::create_dir(dir.join("mnt")).expect("a directory");
        fs::write(dir.join("file"), "still here").expect("a file");
        symlink("mnt", dir.join("link")).expect("a link");
        let _fuse = mount_silent(&dir.join("mnt"));
        let live = live();
        let begun = Instant::now();
        assert_eq!(live.read(&text(&dir.join("link/x"))), Err(Refusal::OutOfTime));
        assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
        let again = Instant::now();
        for path in ["mnt/x", "mnt/a/b", "link/../mnt/y"].map(|p| text(&dir.join(p))) {
            assert_eq!(live.digest(&path), Err(Refusal::OutOfTime));
            assert_eq!(live.list(&path), Err(Refusal::OutOfTime));
            assert_eq!(live.stat(&path), Err(Refusal::OutOfTime));
            assert_eq!(live.resolve(&path), Err(Refusal::OutOfTime));
        }
        assert_eq!(live.list(&text(&dir.join("link"))), Err(Refusal::OutOfTime));
        assert_eq!(live.read(&text(&dir.join("file"))).expect("content"), "still here");
        let Ok(Answer::Walk { files, unread, .. }) = live.ask(&Question::Walk(text(&dir))) else { panic!("refused") };
        assert!(again.elapsed() < Duration::from_secs(1), "{:?}", again.elapsed());
        let names: Vec<_> = files.iter().map(|f| f.path.file_name().to_string()).collect();
        assert_eq!(names, ["file", "link"]);
        assert_eq!(unread, [(text(&dir.join("mnt")), REMOTE)]);
    });
}

#[test]
fn a_mount_over_a_process_hides_it_from_the_mounted_procfs_alone() {
    in_own_mounts("hidden", |dir| {
        let own = std::process::id();
        mount_bind(&dir, format!("/proc/{own}")).expect("a bind mount");
        let live = live();
        assert_eq!(live.ask(&Question::OwnProc), Ok(Answer::OwnProc { detached: true, errno: 0 }));
        let stat = proc_path::of(own, "stat");
        assert!(live.read(&stat).is_ok());
        assert_eq!(live.ask(&Question::MountedRead(stat)), Err(Refusal::ABSENT));
        let Ok(Answer::Persist(seen)) = live.ask(&Question::Persist(vec![own])) else { panic!("refused") };
        assert!(seen[0].lived);
        for round in &seen[0].rounds {
            assert!(round.start.is_some() && round.readdir && round.mounted_readdir);
            assert_eq!(round.mounted_start, None);
        }
    });
}

#[test]
fn a_silent_mount_over_a_process_hangs_nothing() {
    in_own_mounts("hung", |_| {
        let own = std::process::id();
        let _fuse = mount_silent(Path::new(&format!("/proc/{own}")));
        let live = live();
        let begun = Instant::now();
        let question = Question::MountedRead(proc_path::of(own, "stat"));
        assert_eq!(live.ask(&question), Err(Refusal::OutOfTime));
        assert_eq!(live.ask(&question), Err(Refusal::OutOfTime));
        let Ok(Answer::Persist(seen)) = live.ask(&Question::Persist(vec![own])) else { panic!("refused") };
        assert!(seen[0].rounds.iter().all(|round| round.start.is_some() && round.mounted_start.is_none()));
        assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    });
}

#[test]
fn a_file_that_is_swapped_for_a_link_never_gives_what_is_behind_the_link() {
    in_own_mounts("swap", |dir| {
        fs::write(dir.join("secret"), "secret").expect("a file");
        let (path, other) = (dir.join("file"), dir.join("other"));
        fs::write(&path, "plain").expect("a file");
        symlink("secret", &other).expect("a link");
        let live = live();
        let end = std::sync::atomic::AtomicBool::new(false);
        let mut plain = 0;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !end.load(std::sync::atomic::Ordering::Relaxed) {
                    let both = rustix::fs::RenameFlags::EXCHANGE;
                    rustix::fs::renameat_with(rustix::fs::CWD, &path, rustix::fs::CWD, &other, both).expect("swapped");
                }
            });
            for _ in 0..5_000 {
                match live.read(&text(&path)) {
                    Ok(content) => {
                        assert_eq!(content, "plain");
                        plain += 1;
                    }
                    Err(why) => assert_eq!(why, Refusal::NotRegular),
                }
            }
            end.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        assert!(plain > 0);
    });
}

#[test]
fn more_processes_than_can_be_held_keep_their_identity() {
    let mut options = Options::default();
    options.held_processes = Some(1);
    let live = Live::new(Path::new("/"), &options).expect("the root can be opened");
    let own = proc_path::of(std::process::id(), "comm");
    for _ in 0..3 {
        assert!(live.read(&own).is_ok());
        assert!(live.read(&"/proc/1/comm".into()).is_ok());
    }
}

/// Makes system calls fail with `errno` in this thread and in those that it starts.
fn refuse(calls: &[libc::c_long], errno: u32) {
    let statement = |code: u32, k: u32, jt: u8| libc::sock_filter { code: code as u16, jt, jf: 0, k };
    let number = 0;
    let mut filter = vec![statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, number, 0)];
    for (index, call) in calls.iter().enumerate() {
        let to_the_end = u8::try_from(calls.len() - index).expect("few calls");
        filter.push(statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, *call as u32, to_the_end));
    }
    filter.push(statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0));
    filter.push(statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | errno, 0));
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    // SAFETY: the filter lives until the call returns; the kernel copies it, and it binds this thread only.
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) };
    assert_eq!(set, 0, "a filter on system calls (as root)");
}

fn with_refused(calls: &[libc::c_long], errno: u32, test: impl FnOnce() + Send) {
    let inside = || {
        refuse(calls, errno);
        test();
    };
    std::thread::scope(|scope| scope.spawn(inside).join()).expect("the test inside");
}

#[test]
fn an_old_kernel_still_answers_for_the_machine_but_not_for_an_image() {
    with_refused(&[libc::SYS_openat2, libc::SYS_fsopen], 38, || {
        let live = live();
        assert_eq!(live.ask(&Question::OwnProc), Ok(Answer::OwnProc { detached: false, errno: 38 }));
        assert!(live.read(&"/etc/passwd".into()).expect("content").contains_str("root"));
        assert!(live.read(&proc_path::of(std::process::id(), "stat")).is_ok());
        let Ok(Answer::Walk { files, unread, .. }) = live.ask(&Question::Walk("/etc".into())) else {
            panic!("refused")
        };
        assert!(files.iter().any(|file| file.path == "/etc/passwd"));
        assert_eq!(unread, []);
        let image = Live::new(Path::new("/etc"), &Options::default()).expect("a root");
        assert_eq!(image.read(&"/passwd".into()), Err(Refusal::Errno(38)));
    });
}

#[test]
fn refused_system_calls_are_said_and_never_taken_for_nothing() {
    let pidfd = Question::ProbePids { how: PidProbe::Pidfd, max: 100 };
    let kill = Question::ProbePids { how: PidProbe::Kill, max: 100 };
    let persist = Question::Persist(vec![1]);
    for errno in [1, 38] {
        let why = Err(Refusal::Errno(errno as i32));
        with_refused(&[libc::SYS_pidfd_open], errno, || {
            assert_eq!(live().ask(&pidfd), why);
            assert_eq!(live().ask(&persist), why);
        });
        with_refused(&[libc::SYS_kill], errno, || assert_eq!(live().ask(&kill), why));
        with_refused(&[libc::SYS_getdents64], errno, || {
            assert_eq!(live().ask(&Question::List("/proc".into())), why);
            assert_eq!(live().ask(&Question::MountedList("/proc".into())), why);
            assert_eq!(live().ask(&Question::List("/etc".into())), why);
            let Ok(Answer::Walk { unread, .. }) = live().ask(&Question::Walk("/etc".into())) else { panic!("refused") };
            assert_eq!(unread, [("/etc".into(), errno as i32)]);
        });
    }
    // Calls that lie: "no such process" and "there is one" to every id.
    for (call, question) in [(libc::SYS_pidfd_open, &pidfd), (libc::SYS_kill, &kill)] {
        with_refused(&[call], 3, || assert!(live().ask(question).is_err()));
    }
    with_refused(&[libc::SYS_kill], 0, || assert!(matches!(live().ask(&kill), Err(Refusal::Garbled(_)))));
}

#[test]
fn digests_that_were_expected_are_those_of_the_files() {
    in_own_mounts("many", |dir| {
        let paths: Vec<Text> = (0..50).map(|n| text(&dir.join(n.to_string()))).collect();
        for (number, path) in paths.iter().enumerate() {
            fs::write(path.to_string(), vec![b'x'; number]).expect("a file");
        }
        let live = live();
        let questions: Vec<Question> = paths.iter().rev().cloned().map(Question::Digest).collect();
        live.expect(&questions);
        for (number, path) in paths.iter().enumerate() {
            let expected = live.digest(path).expect("a digest");
            assert_eq!(expected.size, number as u64);
            assert_eq!(live.digest(path), Ok(expected));
        }
    });
}

/// Starts a process that only waits, under this id. `None` when somebody else was given it meanwhile.
fn waiting_process(pid: u32) -> Option<u32> {
    let wanted = pid as libc::pid_t;
    // SAFETY: clone_args is plain numbers, for which zero means "not asked for".
    let mut arguments: libc::clone_args = unsafe { std::mem::zeroed() };
    arguments.exit_signal = libc::SIGCHLD as u64;
    arguments.set_tid = (&raw const wanted) as u64;
    arguments.set_tid_size = 1;
    // SAFETY: without CLONE_VM this is a fork; the child calls nothing but pause, which is safe after a fork.
    match unsafe { libc::syscall(libc::SYS_clone3, &raw mut arguments, size_of::<libc::clone_args>()) } {
        0 => loop {
            // SAFETY: pause touches no memory.
            unsafe { libc::pause() };
        },
        -1 => None,
        child => u32::try_from(child).ok(),
    }
}

/// A cat that has begun to run. That it was spawned is not enough: for a moment more it has the name of who did.
fn answering_cat() -> std::process::Child {
    let mut cat = std::process::Command::new("/bin/cat");
    let mut cat = cat.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().expect("cat");
    let (Some(input), Some(output)) = (&mut cat.stdin, &mut cat.stdout) else { panic!("no pipes") };
    input.write_all(b"?").expect("a question");
    output.read_exact(&mut [0]).expect("an answer");
    cat
}

#[test]
fn an_id_that_is_given_out_again_does_not_tell_of_the_new_process() {
    let live = live();
    let mut first = answering_cat();
    let comm = proc_path::of(first.id(), "comm");
    assert_eq!(live.read(&comm).expect("its name"), "cat\n");
    drop(first.stdin.take());
    first.wait().expect("ended");
    let second = waiting_process(first.id()).expect("the same id again (as root)");
    let held = live.read(&comm);
    let exe = live.stat(&proc_path::of(second, "exe"));
    live.list(&"/proc".into()).expect("a listing");
    let after_a_new_listing = live.read(&comm);
    let pid = rustix::process::Pid::from_raw(second as i32).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("ours to end");
    rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty()).expect("ended");
    assert_eq!(held, Err(Refusal::Errno(3)));
    assert_eq!(exe, Err(Refusal::Errno(3)));
    assert_ne!(after_a_new_listing.expect("the new process's name"), "cat\n");
}

#[test]
fn a_deleted_executable_is_read_from_behind_its_link() {
    in_own_mounts("deleted", |dir| {
        let copy = dir.join("waits");
        fs::copy("/bin/cat", &copy).expect("a copy");
        let mut child =
            std::process::Command::new(&copy).stdin(std::process::Stdio::piped()).spawn().expect("it starts");
        fs::remove_file(&copy).expect("deleted");
        let live = live();
        let exe = proc_path::of(child.id(), "exe");
        assert_eq!(live.stat(&exe).expect("facts").links, 0);
        assert_eq!(live.digest(&exe).expect("a digest").sha256, live.digest(&cat(&live)).expect("a digest").sha256);
        drop(child.stdin.take());
        child.wait().expect("ended");
    });
}

fn cat(live: &Live) -> Text {
    live.resolve(&"/bin/cat".into()).expect("cat is there")
}
