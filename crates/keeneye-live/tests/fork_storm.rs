//! Looks at this machine again and again while thousands of processes and threads begin and end: none of them may
//! look hidden, deleted or wiped. `KEENEYE_STORM_SECONDS` makes it longer; `cargo xtask proof-storm` sets it.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test makes the storm and says how strong it was"
)]

use keeneye_facts::Process;
use keeneye_live::{Live, Options};
use keeneye_world::{Look, Plan, World, senses::SENSES};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Forks without and with exec, and a program that lives about as long as a candidate is held.
const STORM: &str = "while :; do (:); (:); (:); /bin/true; (sleep 1.05 &) ; done";
/// Senses that look at processes, and those they build on.
const LOOKED_AT: [&str; 4] = ["host", "mounts", "processes", "crossview"];

/// Ends the storm also when the test fails.
struct Storm {
    shells: Vec<Child>,
    threads: Option<std::thread::JoinHandle<()>>,
    calm: Arc<AtomicBool>,
}

impl Storm {
    fn begin() -> Self {
        // Each shell and what it starts is a process group of its own, and known by that.
        let shell = || Command::new("/bin/sh").args(["-c", STORM]).process_group(0).spawn().expect("a shell");
        let calm = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&calm);
        let threads = std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                let short: Vec<_> = (0..8).map(|_| std::thread::spawn(std::thread::yield_now)).collect();
                short.into_iter().for_each(|thread| thread.join().expect("a thread that does nothing"));
            }
        });
        Self { shells: (0..2).map(|_| shell()).collect(), threads: Some(threads), calm }
    }
}

impl Drop for Storm {
    fn drop(&mut self) {
        self.calm.store(true, Ordering::Relaxed);
        for shell in &mut self.shells {
            shell.kill().and_then(|()| shell.wait()).expect("the storm ends");
        }
        self.threads.take().map(std::thread::JoinHandle::join);
    }
}

fn look(live: &Live) -> World {
    let plan = Plan::default();
    let mut world = World::default();
    for (name, sense) in SENSES.iter().filter(|(name, _)| LOOKED_AT.contains(name)) {
        let mut look = Look::new(live, name);
        sense(&mut look, &world, &plan);
        look.finish().into_iter().for_each(|event| world.fold(event));
    }
    world
}

/// What must not be said of any process, and of those of the storm in particular.
fn wrong(process: &Process, storm: &Storm) -> Option<String> {
    let say = |what: &str| Some(format!("{what}: {process:#?}"));
    if !process.seen.not_by.is_empty() || process.threads.iter().any(|thread| !thread.seen.not_by.is_empty()) {
        return say("hidden");
    }
    let of_storm = storm.shells.iter().any(|shell| i64::from(shell.id()) == i64::from(process.group));
    let exe = process.exe.as_ref().filter(|_| of_storm)?;
    if exe.deleted || exe.at_path == Some(false) {
        return say("deleted");
    }
    if process.cmdline_wiped || process.environment.wiped {
        return say("wiped");
    }
    let name = process.cmdline.first().map(|argument| argument.file_name().to_string()).unwrap_or_default();
    let own = exe.path.file_name().to_string();
    if name != own && !(name == "sh" && ["dash", "bash"].contains(&own.as_str())) {
        return say("arguments of another program");
    }
    if process.unread.is_empty() { None } else { say("unread") }
}

/// Processes and threads that the kernel has made since boot.
fn made() -> u64 {
    let text = std::fs::read_to_string("/proc/stat").expect("/proc/stat");
    let line = text.lines().find_map(|line| line.strip_prefix("processes ")).expect("a counter");
    line.parse().expect("a number")
}

#[test]
fn a_fork_storm_hides_nothing_and_deletes_nothing() {
    let seconds = std::env::var("KEENEYE_STORM_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(5);
    let live = Live::new(Path::new("/"), &Options::default()).expect("the root can be opened");
    let storm = Storm::begin();
    let (begin, before) = (Instant::now(), made());
    let (mut looks, mut slowest, mut seen) = (0, Duration::ZERO, 0);
    while begin.elapsed() < Duration::from_secs(seconds) {
        let start = Instant::now();
        let world = look(&live);
        slowest = slowest.max(start.elapsed());
        looks += 1;
        let of_storm = |p: &&Process| storm.shells.iter().any(|shell| p.group.unsigned_abs() == shell.id());
        seen += world.processes.values().filter(of_storm).count();
        let wrong: Vec<String> = world.processes.values().filter_map(|p| wrong(p, &storm)).collect();
        assert!(wrong.is_empty(), "look {looks}: {}", wrong.join("\n"));
        let blind: Vec<_> = world.gaps.iter().filter(|gap| gap.blinding).collect();
        assert!(blind.is_empty(), "look {looks}: {blind:#?}");
    }
    let rate = (made() - before) / begin.elapsed().as_secs().max(1);
    drop(storm);
    println!(
        "{looks} looks at {} processes of the storm each, the slowest {slowest:?}; {rate} forks a second",
        seen / looks
    );
    assert!(seen > looks * 10, "the looks met hardly any process of the storm: {seen} in {looks}");
    assert!(rate > 100, "that was no storm: {rate} forks a second");
}
