//! A mount that covers a process in /proc, or a table there that names what runs.
//!
//! # What it sees
//! Something is mounted on `/proc/PID`, below it, or on one of the tables that list sockets, modules or mounts; or what
//! is mounted at /proc is no procfs, or that of another pid namespace.
//!
//! # Why it matters
//! `mount --bind /some/empty/dir /proc/PID` hides a process from `ps`, `top` and every scanner that reads /proc, needs
//! no kernel module, and is used by intruders for just that. The procfs of another pid namespace over /proc
//! hides them all.
//!
//! # Innocent causes
//! Containers cover /proc/kcore, /proc/keys, /proc/sys and the like, and lxcfs gives containers their own
//! /proc/meminfo; none of them covers a process. A sandbox has the procfs of its own pid namespace at /proc: that is
//! no finding for who looks from within, and unusual for who entered its mounts only.
//!
//! # What to do
//! keeneye reads a procfs of its own, so `keeneye look pid PID` tells what is hidden. Look at the mount's source before
//! `umount /proc/PID`; the intruder needs to be root for it.

use crate::{Detector, Scene, portrait, subject};
use bstr::ByteSlice;
use keeneye_facts::{Finding, Level, Mount, Process, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/mount-over-proc",
    title: "a mount covers a process in /proc",
    level: Level::Compromised,
    attack: &["T1564", "T1014"],
    absolute: true,
    source: include_str!("mount_over_proc.rs"),
    run,
};

/// What under /proc names processes, sockets, modules and mounts. `net`, `mounts` and `self` are links into the
/// directory of a process; they are here for kernels and sandboxes that make them otherwise.
const TABLES: &[&[u8]] = &[b"net", b"mounts", b"self", b"thread-self", b"modules", b"kallsyms"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = scene.world.mounts.iter().filter_map(|mount| judge(scene, mount)).collect();
    // Of several mounts on one point the last one is seen.
    let top = scene.world.mounts.iter().rfind(|mount| mount.point == "/proc");
    findings.extend(top.and_then(|top| if top.kind == "proc" { foreign(scene, top) } else { Some(no_procfs(top)) }));
    findings
}

/// Inode of the first pid namespace (PROC_PID_INIT_INO, include/linux/proc_ns.h).
const FIRST_PID_NAMESPACE: u64 = 0xEFFF_FFFC;

/// The procfs of another pid namespace. Process 1 of the host has the host's own at /proc, whoever sees its mounts
/// should. Elsewhere, as with `unshare --pid` alone, or with the mounts of a sandbox, it may be another; but nobody
/// needs one over another.
fn foreign(scene: &Scene<'_>, top: &Mount) -> Option<Finding> {
    if !scene.world.host.foreign_proc {
        return None;
    }
    let own = &scene.world.host.own_namespaces;
    let init = scene.world.process(1).and_then(|init| init.namespaces.mnt);
    let first = own.pid.map(|pid| pid == FIRST_PID_NAMESPACE);
    let with_init = own.mnt.zip(init).map(|(own, init)| own == init);
    let covers = scene.world.mounts.iter().filter(|mount| mount.point == "/proc").count() > 1;
    let level = match (first, with_init) {
        (Some(true), Some(true)) => Level::Compromised,
        (Some(false), _) | (_, Some(false)) => covers.then_some(Level::Unusual)?,
        _ => covers.then_some(Level::Compromised)?,
    };
    let over = if covers { ", over another one" } else { "" };
    let summary = format!("the procfs mounted at /proc belongs to another pid namespace{over}");
    let elsewhere = level < Level::Suspicious;
    let finding = describe(DETECTOR.finding(level, subject::mount(top), summary), top);
    Some(finding.innocent("a sandbox's own /proc", !elsewhere, "keeneye sees the host's own mounts"))
}

fn no_procfs(mount: &Mount) -> Finding {
    let summary = format!("what is mounted at /proc is no procfs but {}", mount.kind.lossy());
    describe(DETECTOR.finding(Level::Compromised, subject::mount(mount), summary), mount)
}

fn judge(scene: &Scene<'_>, mount: &Mount) -> Option<Finding> {
    let inner = mount.point.strip_prefix(b"/proc/")?;
    let first = inner.split(|b| *b == b'/').next()?;
    if let Some(pid) = first.to_str().ok().and_then(|digits| digits.parse::<u32>().ok()) {
        return Some(over_process(scene, mount, pid));
    }
    let covers = TABLES.contains(&first);
    covers.then(|| {
        let summary = format!("{} is covered by a mount of {}", mount.point.lossy(), source(mount).lossy());
        describe(DETECTOR.finding(Level::Compromised, subject::mount(mount), summary), mount)
    })
}

fn over_process(scene: &Scene<'_>, mount: &Mount, pid: u32) -> Finding {
    let covered = scene.world.process(pid).or_else(|| with_thread(scene, pid));
    let (subject, whose) = match covered {
        Some(process) => {
            let subject = subject::process(process);
            let whose = format!("{} of {}", mount.point.lossy(), program(process).lossy());
            (subject, whose)
        }
        None => (subject::mount(mount), mount.point.lossy().into_owned()),
    };
    let summary = format!("a mount of {} covers {whose}", source(mount).lossy());
    let finding = describe(DETECTOR.finding(Level::Compromised, subject, summary), mount);
    match covered {
        Some(process) => portrait::add(finding.related(subject::mount(mount)), scene, process),
        None => finding,
    }
}

fn with_thread<'a>(scene: &Scene<'a>, tid: u32) -> Option<&'a Process> {
    scene.world.processes.values().find(|process| process.threads.iter().any(|thread| thread.tid == tid))
}

fn program(process: &Process) -> Text {
    let path = process.exe_path();
    if path.is_empty() { process.comm.clone() } else { path.clone() }
}

/// A directory for a bind mount, the file system type for a mount of its own.
fn source(mount: &Mount) -> &Text {
    if mount.root == "/" { &mount.kind } else { &mount.root }
}

fn describe(finding: Finding, mount: &Mount) -> Finding {
    finding
        .evidence("mount point", mount.point.clone())
        .evidence("what is mounted", mount.root.clone())
        .evidence("file system", [mount.kind.as_slice(), b" ", mount.source.as_slice()].concat())
        .innocent("a container's covered paths", true, "none of them covers a process or a table of processes")
        .next(format!("look at what the mount shows, then: umount {}", mount.point.lossy()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/mount-over-proc";

    fn host(mounts: &str) -> String {
        let head = r"1 0 8:1 / / rw - ext4 d rw\n2 1 0:4 / /proc rw - proc proc rw\n";
        format!("process 41 exe=/opt/k\n/proc/self/mountinfo = {head}{mounts}\n")
    }
    #[test]
    fn a_directory_over_a_process() {
        check(
            NAME,
            &host(r"9 2 8:1 /root/e /proc/41 rw - ext4 /dev/sda1 rw\n"),
            &["compromised: a mount of /root/e covers /proc/41 of /opt/k"],
        );
    }
    #[test]
    fn one_file_of_a_process_that_is_not_known() {
        check(
            NAME,
            &host(r"9 2 0:9 / /proc/77/cmdline rw - tmpfs t rw\n"),
            &["compromised: a mount of tmpfs covers /proc/77/cmdline"],
        );
    }
    #[test]
    fn a_table() {
        check(
            NAME,
            &host(r"9 2 8:1 /root/tcp /proc/modules rw - ext4 d rw\n"),
            &["compromised: /proc/modules is covered by a mount of /root/tcp"],
        );
        check(
            NAME,
            &host(r"9 2 0:40 / /proc/net rw - fuse.x x rw\n"),
            &["compromised: /proc/net is covered by a mount of fuse.x"],
        );
    }
    #[test]
    fn all_of_proc() {
        check(
            NAME,
            &host(r"9 1 0:9 / /proc rw - tmpfs t rw\n"),
            &["compromised: what is mounted at /proc is no procfs but tmpfs"],
        );
    }
    #[test]
    fn the_procfs_of_another_pid_namespace() {
        let foreign = |mounts: &str, settings: &str| {
            let init = format!("process 1 exe=/sbin/init {settings}");
            format!(
                "{}\n{init}\n/proc/self/stat = 5 (x) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0\\n",
                host(mounts)
            )
        };
        let over = r"9 2 0:50 / /proc rw - proc p rw\n";
        let sentence = "the procfs mounted at /proc belongs to another pid namespace";
        let covers = format!("compromised: {sentence}, over another one");
        check(NAME, &foreign(over, ""), &[&covers]);
        check(NAME, &host(over), &[]);
        check(NAME, &foreign("", ""), &[&format!("compromised: {sentence}")]);
        check(NAME, &foreign("", "ns=mnt:7"), &[]);
        check(NAME, &foreign(over, "ns=mnt:7"), &[&format!("unusual: {sentence}, over another one")]);
        let nested = format!("{}\n/proc/self/ns/pid @ pid:[4026532000]", foreign("", ""));
        check(NAME, &nested, &[]);
    }
    #[test]
    fn what_systems_and_containers_mount_there_is_quiet() {
        for usual in [
            r"9 2 0:9 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n",
            r"9 2 0:6 /null /proc/kcore rw - tmpfs tmpfs rw\n",
            r"9 2 0:4 /sys /proc/sys ro - proc proc rw\n",
            r"9 2 0:40 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n",
            r"9 1 0:5 / /proc rw - proc proc rw,hidepid=invisible\n",
            r"9 1 8:1 /x /process/41 rw - ext4 d rw\n",
        ] {
            check(NAME, &host(usual), &[]);
        }
    }
}
