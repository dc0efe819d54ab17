//! A program that holds programs inside the kernel.
//!
//! # What it sees
//! A process with a descriptor of a BPF program, map or link, whose own program no package brought unchanged, or an
//! interpreter that runs such code.
//!
//! # Why it matters
//! BPF programs run in the kernel: they can read all traffic, wait for a magic packet, and falsify what other programs
//! see of processes and files.
//!
//! # Innocent causes
//! The service manager, container engines and tracing tools that packages brought are left alone. Agents of the
//! admin's own that a unit or a person runs are unusual; inside a container they are a note.
//!
//! # What to do
//! List what is loaded: `bpftool prog show` from a trusted system. See who started it: `keeneye look pid PID`.

use super::code::{Code, Holder};
use super::said;
use crate::{Detector, Scene, subject};
use keeneye_facts::{FdTarget, Finding, Level, Process};
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "network/bpf-holder",
    title: "a program holds programs inside the kernel",
    level: Level::Suspicious,
    attack: &["T1205.002", "T1014"],
    absolute: false,
    source: include_str!("bpf_holder.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene, process)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let objects = objects(process);
    if objects.is_empty() {
        return None;
    }
    let holder = Holder::of(scene, process);
    let level = level(scene, &holder)?;
    let what = objects.into_iter().collect::<Vec<_>>().join(", ");
    let summary = format!("{} holds objects of BPF in the kernel: {what}", holder.name());
    let finding = DETECTOR.finding(level, subject::process(process), summary).evidence("descriptors", what);
    Some(said::about(finding, &holder))
}

/// What its descriptors of BPF are: `bpf-prog`, `bpf-map`, `bpf_link`. The last is spelt both ways in kernels.
fn objects(process: &Process) -> BTreeSet<String> {
    let names = process.fds.iter().filter_map(|fd| match &fd.target {
        FdTarget::Anonymous(name) if name.starts_with(b"bpf-") || name.starts_with(b"bpf_") => Some(name),
        _ => None,
    });
    names.map(|name| name.lossy().into_owned()).collect()
}

fn level(scene: &Scene<'_>, holder: &Holder<'_>) -> Option<Level> {
    let looked_after = holder.looked_after && !holder.hidden && !holder.volatile;
    match holder.code {
        _ if holder.standing.contained => Some(Level::Note),
        Code::Packaged => None,
        Code::Unknown => Some(Level::Note),
        Code::Foreign if looked_after && holder.in_admin_place(scene.world) => Some(Level::Unusual),
        Code::Loose if looked_after => Some(Level::Unusual),
        _ => Some(Level::Suspicious),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const BASE: &str = "package python3 1 owns /usr/bin/python3\npackage systemd 1 owns /usr/lib/systemd/systemd\n";

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check(
            "network/bpf-holder",
            &format!("{BASE}{host}\nfd 41 7 anon_inode:bpf-prog\nfd 41 8 anon_inode:bpf-map"),
            expected,
        );
    }

    #[test]
    fn a_script_of_no_package() {
        says(
            "process 41 exe=/usr/bin/python3 cmdline=\"python3 /opt/x.py\"\n/opt/x.py : mode=100644",
            &["suspicious: /opt/x.py (pid 41) holds objects of BPF in the kernel: bpf-map, bpf-prog"],
        );
        says("process 41 exe=/usr/lib/systemd/systemd", &[]);
    }
    #[test]
    fn an_agent_with_a_unit_of_its_own() {
        let host = |cgroup: &str| {
            format!("process 1 exe=/sbin/init ppid=0\nprocess 41 ppid=1 exe=/usr/local/bin/agent cgroup={cgroup}")
        };
        let said = "/usr/local/bin/agent (pid 41) holds objects of BPF in the kernel: bpf-map, bpf-prog";
        says(&host("/system.slice/agent.service"), &[&format!("unusual: {said}")]);
        says(&host("/"), &[&format!("suspicious: {said}")]);
    }
    #[test]
    fn other_descriptors_are_quiet() {
        check("network/bpf-holder", "process 41 exe=/opt/x\nfd 41 7 anon_inode:[eventfd]", &[]);
    }
}
