//! An ordinary file lies among devices.
//!
//! # What it sees
//! Regular files with content below `/dev`, but for the file systems for data that are mounted there (`/dev/shm` and
//! others). A program or a script: suspicious. Anything else: unusual.
//!
//! # Why it matters
//! `/dev` lives in memory and is filled by the kernel; nobody looks there for files, and file integrity checkers leave
//! it out. Rootkits have kept their programs, lists and captured passwords there for decades.
//!
//! # Innocent causes
//! A command that was meant to write to a device that is not there (`> /dev/nul`) leaves a file. Programs of old
//! distributions kept state in directories such as `/dev/.udev`. Container engines mount single files there.
//!
//! # What to do
//! Look at it (`keeneye look file PATH`) and copy it before the next boot: then it is gone.

use super::{portrait, rights};
use crate::{Detector, Scene, subject};
use bstr::ByteSlice;
use keeneye_facts::{FileFact, Finding, Interest, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/file-in-dev",
    title: "an ordinary file among devices",
    level: Level::Suspicious,
    attack: &["T1564.001"],
    absolute: false,
    source: include_str!("file_in_dev.rs"),
    run,
};

/// Directories in which early parts of a boot kept their state before there was a /run.
const EARLY_STATE: &[&str] = &["/dev/.udev", "/dev/.initramfs", "/dev/.static", "/dev/.mdadm", "/dev/.lxc"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let files = scene.world.files.values().filter(|fact| {
        let lies_there = fact.interests.contains(&Interest::Device) && fact.stat.is_some_and(|stat| stat.is_regular());
        let elsewhere = fact.interests.contains(&Interest::Privileged) || rights::is_in_use(fact);
        let mounted = scene.world.mounts.iter().any(|mount| mount.point == fact.path);
        lies_there && !elsewhere && !mounted && !fact.owner.is_owned_unchanged() && !is_early_state(fact)
    });
    files.map(|fact| said(scene, fact)).collect()
}

fn is_early_state(fact: &FileFact) -> bool {
    !rights::is_code(fact) && EARLY_STATE.iter().any(|dir| fact.path.is_within(dir))
}

fn said(scene: &Scene<'_>, fact: &FileFact) -> Finding {
    let (level, what) =
        if rights::is_code(fact) { (Level::Suspicious, "a program") } else { (Level::Unusual, "an ordinary file") };
    let summary = format!("{} is {what} among devices", fact.path.lossy());
    let finding = DETECTOR
        .finding(level, subject::file(&fact.path), summary)
        .evidence("path", fact.path.clone())
        .innocent("output of a command whose device is not there", rights::is_code(fact), "it would be text")
        .next(format!("keeneye look file {}", fact.path.to_str_lossy()));
    portrait(finding, scene.world, fact)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/file-in-dev";

    #[test]
    fn programs_among_devices() {
        for path in ["/dev/.udev.tdb", "/dev/ptyp", "/dev/bus/usb/.x/y", "/dev/.udev/db/x"] {
            let said = format!("suspicious: {path} is a program among devices");
            check(NAME, &format!("{path} = \\x7fELF"), &[&said]);
            check(NAME, &format!("{path} = #!/bin/sh\\n"), &[&said]);
        }
    }
    #[test]
    fn data_among_devices() {
        check(NAME, "/dev/ptyp = 3 psybnc", &["unusual: /dev/ptyp is an ordinary file among devices"]);
        for quiet in ["/dev/.udev/db/x = N:sda", "/dev/x = ", "/dev/null : mode=020666", "/dev/shm/pg.1 = data"] {
            check(NAME, quiet, &[]);
        }
    }
    #[test]
    fn files_that_are_mounted_there() {
        let mount = "/proc/self/mountinfo = 5 1 8:1 /log /dev/termination-log rw - ext4 /dev/sda1 rw\\n";
        check(NAME, &format!("/dev/termination-log = ended\n{mount}"), &[]);
        check(
            NAME,
            "/dev/termination-log = ended",
            &["unusual: /dev/termination-log is an ordinary file among devices"],
        );
    }
}
