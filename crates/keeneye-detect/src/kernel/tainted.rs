//! The kernel remembers a foreign module that no longer shows.
//!
//! # What it sees
//! The kernel notes for good when a module was loaded that was not built with it, was not signed, or was forced in. The
//! mark is there, and no loaded module bears it.
//!
//! # Why it matters
//! The module was unloaded, or hides from every view.
//!
//! # Innocent causes
//! An admin unloaded a driver, or an upgrade did. What dkms has built for this kernel explains the mark.
//!
//! # What to do
//! `dmesg | grep -i taint` names the module. Compare with the modules that are configured to be loaded.

use super::sees_the_machine;
use crate::{Detector, Scene};
use keeneye_facts::{Finding, Level, Subject};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "kernel/tainted",
    title: "the kernel remembers a foreign module that no longer shows",
    level: Level::Unusual,
    attack: &["T1547.006", "T1014"],
    absolute: false,
    source: include_str!("tainted.rs"),
    run,
};

/// Bits of /proc/sys/kernel/tainted that only modules set, and the letter that the module bears.
const MARKS: [(u32, u8, &str); 3] =
    [(1, b'F', "was loaded by force"), (12, b'O', "was built out of the kernel's tree"), (13, b'E', "was not signed")];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let Some(kernel) = world.kernel.as_ref().filter(|kernel| kernel.modular && kernel.dkms.is_empty()) else {
        return Vec::new();
    };
    let Some(tainted) = kernel.tainted.filter(|_| sees_the_machine(world)) else { return Vec::new() };
    // A module bears several marks; one that is explained explains its module.
    let marks: Vec<_> = MARKS.iter().filter(|(bit, ..)| tainted & (1 << bit) != 0).collect();
    let borne = |letter: &u8| world.modules.iter().any(|module| module.taint.contains(letter));
    if marks.is_empty() || marks.iter().any(|(_, letter, _)| borne(letter)) {
        return Vec::new();
    }
    let words = marks.iter().map(|(_, _, word)| *word).collect::<Vec<_>>().join(" and ");
    let subject = Subject { kind: "kernel".into(), name: "the running kernel".into(), ..Subject::default() };
    let summary = format!("a module {words}, and no loaded module is such a one");
    let finding = DETECTOR
        .finding(Level::Unusual, subject, summary)
        .evidence("/proc/sys/kernel/tainted", tainted.to_string())
        .innocent("an admin or an upgrade unloaded a driver", false, "`dmesg` names the module that was loaded")
        .next("keeneye list modules");
    vec![finding]
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const NAME: &str = "kernel/tainted";

    #[test]
    fn a_mark_that_no_module_bears() {
        let host = |tainted: &str, taint: &str| {
            format!("/proc/sys/kernel/tainted = {tainted}\\n\n/proc/modules = a 1 0 - Live 0x0{taint}\\n")
        };
        check(
            NAME,
            &host("12288", ""),
            &[
                "unusual: a module was built out of the kernel's tree and was not signed, and no loaded module is such a one",
            ],
        );
        check(NAME, &host("12288", " (OE)"), &[]);
        check(NAME, &host("0", ""), &[]);
        // A warning of the kernel, and a proprietary module of its own tree.
        check(NAME, &host("513", ""), &[]);
    }
    #[test]
    fn what_dkms_built_explains_it() {
        let host = "/proc/sys/kernel/tainted = 12289\\n\n/proc/modules = a 1 0 - Live 0x0\\n";
        let built = "/var/lib/dkms/zfs/2.1/6.1.0/x86_64/module/zfs.ko = x";
        check(NAME, &format!("{host}\n{built}"), &[]);
        check(
            NAME,
            &format!("{host}\n{}", built.replace("6.1.0", "5.10.0")),
            &[
                "unusual: a module was built out of the kernel's tree and was not signed, and no loaded module is such a one",
            ],
        );
    }
    #[test]
    fn a_kernel_without_modules() {
        check(NAME, "/proc/sys/kernel/tainted = 12288\\n", &[]);
    }
}
