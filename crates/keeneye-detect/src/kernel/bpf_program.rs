//! A BPF program is at work in the kernel, and nobody that can be seen holds it.
//!
//! # What it sees
//! A program of BPF that watches or changes what the kernel does (a probe, a tracing program, a security hook) is
//! loaded. No process holds it, although something has to: such programs end with the last that does.
//!
//! # Why it matters
//! What holds it hides. Such programs can falsify what everybody sees of processes, files and connections.
//!
//! # Innocent causes
//! What the kernel itself loads at boot, before any service ran, says nothing. A program may be kept by a file below
//! /sys/fs/bpf, a probe by a perf event, and a driver may load one late: where there are such files or events, in the
//! first minutes, or where processes could not be read, it is unusual. Programs of processes that are seen are the
//! subject of `network/bpf-holder`.
//!
//! # What to do
//! `bpftool prog show id N` and `bpftool link show` from a trusted system. Compare the time it was loaded with what
//! started then.

use super::sees_the_machine;
use crate::{Detector, Scene};
use keeneye_facts::{BpfProgram, FdTarget, Finding, Level, Subject, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "kernel/bpf-program",
    title: "a BPF program that nobody seen holds",
    level: Level::Suspicious,
    attack: &["T1014", "T1205.002"],
    absolute: false,
    source: include_str!("bpf_program.rs"),
    run,
};

/// Kinds that live no longer than a descriptor or a pin of them, in the words of bpf(2): kprobe, tracepoint, perf
/// event, raw tracepoint, raw tracepoint that writes, tracing, LSM. All others may hang on a socket, a device or a
/// control group, and are kept by it.
const WATCHING: [(u32, &str); 7] = [
    (2, "kprobe"),
    (5, "tracepoint"),
    (7, "perf event"),
    (17, "raw tracepoint"),
    (24, "raw tracepoint"),
    (26, "tracing"),
    (29, "LSM"),
];
/// Those of them that a perf event may hold: kprobe, tracepoint, perf event.
const PROBES: [u32; 3] = [2, 5, 7];
/// Seconds after the boot in which drivers of the kernel load theirs.
const BOOT: i64 = 120;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    if !sees_the_machine(world) {
        return Vec::new();
    }
    world.bpf_programs.iter().filter_map(|program| judge(world, program)).collect()
}

/// Probes of older tools are held by a perf event, which does not tell its program.
fn may_be_held_unseen(world: &World, program: &BpfProgram) -> bool {
    let perf = |target: &FdTarget| matches!(target, FdTarget::Anonymous(name) if *name == "perf_event");
    let probe = PROBES.contains(&program.kind);
    probe && world.processes.values().any(|process| process.fds.iter().any(|fd| perf(&fd.target)))
}

/// Loaded before anything but the first process ran that still does: drivers of the kernel load theirs so.
fn is_the_kernels(world: &World, program: &BpfProgram) -> bool {
    let others = world.processes.values().filter(|process| process.id.pid != 1 && !process.is_kernel_thread());
    let first = others.map(|process| world.host.time_of_ticks(process.id.start)).min();
    first.is_some_and(|first| program.loaded < first)
}

fn judge(world: &World, program: &BpfProgram) -> Option<Finding> {
    let (_, kind) = WATCHING.iter().find(|(number, _)| *number == program.kind)?;
    let boot = world.host.now.saturating_sub_unsigned(world.host.uptime);
    let early = program.loaded < boot.saturating_add(BOOT);
    if !program.holders.is_empty() || early && is_the_kernels(world, program) || program.loaded >= world.host.now {
        return None;
    }
    let perf = may_be_held_unseen(world, program);
    let unread = world.processes.values().any(|process| process.unread.iter().any(|part| part == "fd"));
    let pinned = world.bpf_programs.iter().any(|program| program.pin.is_some());
    let level = if unread || pinned || perf || early { Level::Unusual } else { Level::Suspicious };
    let name = if program.name.is_empty() { "without a name".into() } else { program.name.lossy() };
    let subject = Subject {
        kind: "bpf-program".into(),
        name: Text::from(format!("BPF program {}", program.id)),
        number: Some(i64::from(program.id)),
        ..Subject::default()
    };
    let summary = format!("BPF program {} ({kind}, {name}) is at work, and no process is seen to hold it", program.id);
    Some(
        DETECTOR
            .finding(level, subject, summary)
            .evidence("kind", *kind)
            .evidence("tag", program.tag.clone())
            .evidence("loaded by user id", program.uid.to_string())
            .since(program.loaded)
            .innocent("a file below /sys/fs/bpf keeps it", !pinned, "`ls -R /sys/fs/bpf`")
            .innocent("a tool that traces holds it by a perf event", !perf, "`bpftool perf show`")
            .innocent("a driver of the kernel loaded it at boot", !early, "`bpftool prog show`: no process loaded it")
            .innocent("its loader just ended", true, "two looks agree")
            .next(format!("bpftool prog show id {}", program.id)),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    use keeneye_facts::{BpfProgram, Event, ProcessId};

    #[track_caller]
    fn says(host: &str, program: BpfProgram, expected: &[&str]) {
        let program = BpfProgram { id: 12, name: "w".into(), ..program };
        assert_eq!(findings("kernel/bpf-program", host, &[Event::BpfProgramSeen(program)]), expected);
    }
    const LATE: i64 = 1_699_999_000;
    const SAID: &str = "suspicious: BPF program 12 (tracing, w) is at work, and no process is seen to hold it";

    #[test]
    fn one_that_nobody_holds() {
        let program = BpfProgram { kind: 26, loaded: LATE, ..BpfProgram::default() };
        says("process 41 exe=/usr/bin/x", program.clone(), &[SAID]);
        let held = BpfProgram { holders: vec![ProcessId { pid: 41, start: 500 }], ..program.clone() };
        says("process 41 exe=/usr/bin/x", held, &[]);
        let perf = "process 41 exe=/usr/bin/x\nfd 41 4 anon_inode:[perf_event]";
        says(perf, program.clone(), &[SAID]);
        let probe = BpfProgram { kind: 2, ..program };
        let said = SAID.replace("tracing", "kprobe");
        says(perf, probe.clone(), &[&said.replace("suspicious", "unusual")]);
        says("process 41 exe=/usr/bin/x", probe, &[&said]);
    }
    #[test]
    fn what_a_device_or_a_control_group_keeps() {
        for kind in [1, 3, 6, 8, 15, 18] {
            says("", BpfProgram { kind, loaded: LATE, ..BpfProgram::default() }, &[]);
        }
    }
    #[test]
    fn what_the_kernel_loaded_at_boot() {
        let loaded = |seconds: i64| BpfProgram { kind: 26, loaded: 1_699_000_000 + seconds, ..BpfProgram::default() };
        let host = "process 1 exe=/sbin/init start=1\nprocess 41 exe=/usr/bin/x start=500";
        says(host, loaded(4), &[]);
        says(host, loaded(30), &[&SAID.replace("suspicious", "unusual")]);
        says(host, loaded(130), &[SAID]);
    }
    #[test]
    fn with_files_that_keep_programs_it_is_unusual() {
        let program = BpfProgram { kind: 26, loaded: LATE, ..BpfProgram::default() };
        let pinned = BpfProgram { pin: Some("/sys/fs/bpf/x".into()), ..program.clone() };
        says("", pinned, &[&SAID.replace("suspicious", "unusual")]);
    }
    #[test]
    fn in_a_container_the_holders_are_not_seen() {
        let program = BpfProgram { kind: 26, loaded: LATE, ..BpfProgram::default() };
        says("/proc/self/ns/pid @ pid:[4026532999]", program, &[]);
    }
}
