//! A kernel module that no package brought.
//!
//! # What it sees
//! A loaded module whose file below /lib/modules belongs to no package and was not built by dkms, or that has no file
//! there at all.
//!
//! # Why it matters
//! Code in the kernel can do and hide everything. Rootkits are loaded from a file that is deleted again, or put among
//! the kernel's own modules so that they come back at the next boot.
//!
//! # Innocent causes
//! Drivers that a vendor's installer built come as a set: unusual. What dkms built of a packaged source says nothing,
//! of another source it is unusual. A kernel that somebody built brings no packaged module at all: then only modules
//! from outside of its tree count. After the package of the running kernel was removed nothing can be said.
//!
//! # What to do
//! See where it came from: `modinfo NAME`, `dmesg` around the time it was loaded. Keep the file. Do not unload it: that
//! tells whoever watches, and may take the evidence away.

use super::{module, sees_the_machine, taint_words};
use crate::{Detector, Scene, place};
use keeneye_facts::{Finding, Level, Module, Ownership, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "kernel/module-unowned",
    title: "a kernel module belongs to no package",
    level: Level::Suspicious,
    attack: &["T1547.006", "T1014"],
    absolute: false,
    source: include_str!("module_unowned.rs"),
    run,
};

/// Unowned modules of one directory that are taken for one vendor's.
const SET: usize = 3;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let indexed = world.kernel.as_ref().is_some_and(|kernel| kernel.indexed);
    if !indexed || !sees_the_machine(world) {
        return Vec::new();
    }
    let own_build = is_own_build(world);
    world.modules.iter().filter_map(|module| judge(world, module, own_build)).collect()
}

/// Half of the modules belong to no package: somebody built this kernel.
fn is_own_build(world: &World) -> bool {
    let files = || world.modules.iter().filter_map(|module| module.file.as_ref());
    let unowned = files().filter(|path| !world.owner(path).is_owned()).count();
    unowned > 0 && unowned * 2 >= files().count() && files().count() > SET
}

fn judge(world: &World, seen: &Module, own_build: bool) -> Option<Finding> {
    let foreign = seen.taint.iter().any(|letter| b"OEF".contains(letter));
    let (level, what) = match &seen.file {
        _ if seen.dkms => (source(world, seen)?, "was built by dkms from a source that no package brought"),
        Some(path) if hides(path) => (Level::Suspicious, "lies in a hidden place"),
        Some(path) => match world.owner(path) {
            Ownership::Unowned if own_build && !foreign => return None,
            Ownership::Unowned if own_build || is_set(world, path) => (Level::Unusual, "belongs to no package"),
            Ownership::Unowned => (Level::Suspicious, "belongs to no package"),
            _ => return None,
        },
        None if foreign => (Level::Suspicious, "has no file among the kernel's modules"),
        None => (Level::Unusual, "has no file among the kernel's modules"),
    };
    let name = seen.name.lossy();
    let place = seen.file.as_ref().map_or_else(String::new, |path| format!(" ({})", path.lossy()));
    let mut finding = DETECTOR.finding(level, module(seen), format!("kernel module {name}{place} {what}")).evidence_by(
        "module",
        seen.name.clone(),
        seen.seen.by.iter().copied(),
    );
    let taint = taint_words(&seen.taint);
    if !taint.is_empty() {
        finding = finding.evidence("taint", taint);
    }
    if let Some(fact) = seen.file.as_ref().and_then(|path| world.file(path)) {
        if let Some(digest) = &fact.digest {
            finding = finding.evidence("sha256", digest.sha256.clone());
        }
        if let Some(stat) = fact.stat {
            finding = finding.since(stat.changed);
        }
    }
    Some(
        finding
            .innocent(
                "a driver that a vendor's installer built",
                false,
                "ask who installed it; `modinfo` names its author",
            )
            .innocent("a module that dkms built", !seen.dkms, "by the trees of dkms for this kernel")
            .next("keeneye list modules"),
    )
}

/// `None` when a package brought the source.
fn source(world: &World, seen: &Module) -> Option<Level> {
    let owned = seen.source.as_ref().is_some_and(|path| !world.owner(path).is_unowned());
    (!owned).then_some(Level::Unusual)
}

fn hides(path: &Text) -> bool {
    place::is_volatile(path) || place::hidden_component(path).is_some()
}

/// Several of no package in one directory came together, as a vendor's driver does.
fn is_set(world: &World, path: &Text) -> bool {
    let beside = |other: &Text| other.parent() == path.parent() && world.owner(other).is_unowned();
    world.modules.iter().filter_map(|module| module.file.as_ref()).filter(|other| beside(other)).count() >= SET
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const NAME: &str = "kernel/module-unowned";
    const BASE: &str = "package linux 1 owns /lib/modules/6.1.0/kernel/a.ko,/lib/modules/6.1.0/kernel/b.ko";

    /// A host with two packaged modules and these: name, taint, file.
    fn host(modules: &[(&str, &str, &str)]) -> String {
        let mut proc = "a 1 0 - Live 0x0\\nb 1 0 - Live 0x0\\n".to_owned();
        let mut dep = "kernel/a.ko:\\nkernel/b.ko:\\n".to_owned();
        let mut files = String::new();
        for (name, taint, file) in modules {
            let taint = if taint.is_empty() { String::new() } else { format!(" ({taint})") };
            proc.push_str(&format!("{name} 1 0 - Live 0x0{taint}\\n"));
            if !file.is_empty() {
                dep.push_str(&format!("{file}:\\n"));
                files.push_str(&format!("/lib/modules/6.1.0/{file} : mode=100644\n"));
            }
        }
        format!("{BASE}\n/proc/modules = {proc}\n/lib/modules/6.1.0/modules.dep = {dep}\n{files}")
    }

    #[test]
    fn without_a_file() {
        let said = "kernel module kit has no file among the kernel's modules";
        check(NAME, &host(&[("kit", "OE", "")]), &[&format!("suspicious: {said}")]);
        check(NAME, &host(&[("kit", "", "")]), &[&format!("unusual: {said}")]);
        check(NAME, &host(&[]), &[]);
    }
    #[test]
    fn among_the_kernels_own() {
        check(
            NAME,
            &host(&[("kit", "OE", "kernel/drivers/kit.ko")]),
            &["suspicious: kernel module kit (/lib/modules/6.1.0/kernel/drivers/kit.ko) belongs to no package"],
        );
        let owned = host(&[("kit", "OE", "kernel/drivers/kit.ko")])
            .replace("owns ", "owns /lib/modules/6.1.0/kernel/drivers/kit.ko,");
        check(NAME, &owned, &[]);
    }
    #[test]
    fn a_vendors_set_is_unusual() {
        let set = [("gpu", "POE", "misc/gpu.ko"), ("gpu_m", "POE", "misc/gpu-m.ko"), ("gpu_u", "POE", "misc/gpu-u.ko")];
        let plenty = "owns /lib/modules/6.1.0/kernel/c.ko,/lib/modules/6.1.0/kernel/d.ko,";
        let more = host(&set)
            .replace("owns ", plenty)
            .replace("a 1 0", "c 1 0 - Live 0x0\\nd 1 0 - Live 0x0\\na 1 0")
            .replace("kernel/a.ko:", "kernel/c.ko:\\nkernel/d.ko:\\nkernel/a.ko:");
        check(
            NAME,
            &more,
            &[
                "unusual: kernel module gpu (/lib/modules/6.1.0/misc/gpu.ko) belongs to no package",
                "unusual: kernel module gpu_m (/lib/modules/6.1.0/misc/gpu-m.ko) belongs to no package",
                "unusual: kernel module gpu_u (/lib/modules/6.1.0/misc/gpu-u.ko) belongs to no package",
            ],
        );
    }
    #[test]
    fn what_dkms_built() {
        let built = |owned: &str| {
            let host = host(&[("zfs", "POE", "updates/dkms/zfs.ko")]).replace("owns ", &format!("owns {owned}"));
            format!(
                "{host}\n/var/lib/dkms/zfs/2.1/6.1.0/x86_64/module/zfs.ko = x\n/usr/src/zfs-2.1/dkms.conf = x\n\
                 /var/lib/dkms/zfs/2.1/source @ /usr/src/zfs-2.1"
            )
        };
        check(NAME, &built("/usr/src/zfs-2.1/dkms.conf,"), &[]);
        check(
            NAME,
            &built(""),
            &[
                "unusual: kernel module zfs (/lib/modules/6.1.0/updates/dkms/zfs.ko) was built by dkms from a source that \
               no package brought",
            ],
        );
    }
    #[test]
    fn a_kernel_that_somebody_built() {
        let all = [("c", "", "kernel/c.ko"), ("d", "", "kernel/d.ko")];
        check(NAME, &host(&all), &[]);
        let and = [all[0], all[1], ("kit", "O", "extra/kit.ko")];
        check(
            NAME,
            &host(&and),
            &["unusual: kernel module kit (/lib/modules/6.1.0/extra/kit.ko) belongs to no package"],
        );
    }
    #[test]
    fn without_the_kernels_index_nothing_is_said() {
        check(NAME, "package base 1\n/proc/modules = kit 1 0 - Live 0x0 (OE)\\n", &[]);
    }
    #[test]
    fn in_a_container_nothing_is_said() {
        let host = host(&[("kit", "OE", "")]);
        check(NAME, &format!("{host}\n/proc/self/ns/pid @ pid:[4026532999]"), &[]);
        check(NAME, &format!("{host}\nprocess 1 exe=/sbin/init ppid=0 ns=mnt:7"), &[]);
    }
}
