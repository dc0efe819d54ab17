//! A kernel module that one view shows and another does not.
//!
//! # What it sees
//! /proc/modules, /sys/module and the kernel's symbols tell of the same modules. Here one of them shows a module that
//! is in use and another leaves it out, in two looks.
//!
//! # Why it matters
//! A module that hides takes itself out of the list that `lsmod` shows. Nothing but a rootkit has a reason to.
//!
//! # Innocent causes
//! None is known. Modules that are being loaded or unloaded differ for a moment: those are not counted, and two looks
//! have to agree.
//!
//! # What to do
//! Do not trust this kernel. Keep memory and disks as they are, make an image of the machine from outside, and look at
//! the disk from another system: `keeneye scan --root DIR`.

use super::{module, taint_words};
use crate::{Detector, Scene, ways};
use keeneye_facts::{Finding, Level, Module};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "kernel/module-hidden",
    title: "a kernel module hides",
    level: Level::Compromised,
    attack: &["T1014", "T1547.006"],
    absolute: true,
    source: include_str!("module_hidden.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.modules.iter().filter(|module| !module.seen.not_by.is_empty()).map(judge).collect()
}

fn judge(seen: &Module) -> Finding {
    let (by, not_by) = (ways::words(&seen.seen.by), ways::words(&seen.seen.not_by));
    let summary = format!("kernel module {} is shown by {by} and not by {not_by}", seen.name.lossy());
    let mut finding = DETECTOR
        .finding(Level::Compromised, module(seen), summary)
        .evidence_by("shown by", by, seen.seen.by.iter().copied())
        .evidence_by("not shown by", not_by, seen.seen.not_by.iter().copied());
    let taint = taint_words(&seen.taint);
    if !taint.is_empty() {
        finding = finding.evidence("taint", taint);
    }
    if let Some(path) = &seen.file {
        finding = finding.evidence("file", path.clone());
    }
    finding
        .innocent("a module that was just loaded or unloaded", true, "two looks agree, and it is in use")
        .next("keeneye list modules --differs")
        .next("make an image of memory and disks from outside before anything else")
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const NAME: &str = "kernel/module-hidden";
    const SHOWN: &str = "/proc/modules = ext4 1 1 - Live 0x0\\n\n/sys/module/ext4/initstate = live\\n\n\
                         /proc/kallsyms = 0 t a\\t[ext4]\\n";

    #[test]
    fn in_sysfs_and_not_in_proc() {
        check(
            NAME,
            &format!("{SHOWN}\n/sys/module/kit/initstate = live\\n\n/sys/module/kit/taint = OE\\n"),
            &["compromised: kernel module kit is shown by /sys/module and not by /proc/modules"],
        );
        check(NAME, &format!("{SHOWN}\n/sys/module/kit/parameters/x = 1"), &[]);
        check(NAME, &format!("{SHOWN}\n/sys/module/kit/initstate = going\\n"), &[]);
    }
    #[test]
    fn in_proc_and_not_in_sysfs() {
        let host =
            "/proc/modules = ext4 1 1 - Live 0x0\\nkit 1 1 - Live 0x0 (OE)\\n\n/sys/module/ext4/initstate = live\\n";
        check(NAME, host, &["compromised: kernel module kit is shown by /proc/modules and not by /sys/module"]);
        check(NAME, &format!("{host}\n/sys/module/kit/initstate = live\\n"), &[]);
    }
    #[test]
    fn in_the_symbols_only() {
        let host = |name: &str| SHOWN.replace("[ext4]\\n", &format!("[ext4]\\n0 t b\\t[{name}]\\n"));
        check(
            NAME,
            &host("kit"),
            &["compromised: kernel module kit is shown by the kernel's symbols and not by /proc/modules"],
        );
        check(NAME, &host("bpf"), &[]);
        check(NAME, &host("__builtin__ftrace"), &[]);
    }
    #[test]
    fn a_kernel_that_shows_no_modules_at_all() {
        check(NAME, "/proc/kallsyms = 0 t b\\t[kit]\\n", &[]);
    }
}
