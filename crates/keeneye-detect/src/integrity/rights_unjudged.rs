//! Programs of other systems in directories of this one give rights, and were not judged.
//!
//! # What it sees
//! A directory that holds a whole system: an `etc/passwd`, a database of packages and a set of setuid programs. Those
//! of them that lie where its packages lay such programs, under names of such programs, are told once for all
//! directories.
//!
//! # Why it matters
//! A setuid program is as good in a chroot as anywhere, when its directory can be reached. Whether the packages of that
//! system brought it as it is, this look does not ask. Who knows that may keep his own there.
//!
//! # Innocent causes
//! Chroots, machines of systemd-nspawn and LXC, unpacked images, backups of whole systems. Programs that are those of
//! this system, byte for byte, are not counted; copies of shells and whatever others may write are told by
//! `integrity/setuid-unowned` and `integrity/capability-odd`.
//!
//! # What to do
//! Look at each such system by its own packages: `keeneye scan --root DIR`. Keep such directories where only root gets
//! in.

use super::capability_odd::is_strong;
use super::rights::{self, Packaged};
use crate::{Detector, Scene, subject};
use keeneye_facts::{FileFact, Finding, Level, Text};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/rights-unjudged",
    title: "systems in directories of this one have programs that give rights",
    level: Level::Note,
    attack: &["T1548.001"],
    absolute: false,
    source: include_str!("rights_unjudged.rs"),
    run,
};

/// Directories that are named.
const MAX_NAMED: usize = 20;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let packaged = Packaged::of(scene.world);
    let mut roots: BTreeMap<&Text, usize> = BTreeMap::new();
    for fact in scene.world.files.values().filter(|fact| gives(fact) && !packaged.has_another(fact)) {
        if let Some(root) = rights::of_another_system(scene.world, &packaged, fact) {
            *roots.entry(&root.path).or_default() += 1;
        }
    }
    said(&roots).into_iter().collect()
}

fn gives(fact: &FileFact) -> bool {
    rights::gives_rights(fact) || rights::is_code(fact) && fact.capabilities.as_ref().is_some_and(is_strong)
}

fn said(roots: &BTreeMap<&Text, usize>) -> Option<Finding> {
    let first = *roots.keys().next()?;
    let systems = match roots.len() {
        1 => format!("the system below {}", first.lossy()),
        systems => format!("{systems} systems of their own"),
    };
    let summary = match roots.values().sum::<usize>() {
        1 => format!("1 program in {systems} gives rights and was not judged"),
        programs => format!("{programs} programs in {systems} give rights and were not judged"),
    };
    let cause = "a chroot, a container or an unpacked image";
    let mut finding = DETECTOR.finding(Level::Note, subject::file(first), summary).innocent(
        cause,
        false,
        "each has a database of packages of its own",
    );
    for (root, programs) in roots.iter().take(MAX_NAMED) {
        finding = finding.evidence("system below", format!("{}: {programs} programs", root.lossy()));
        finding = finding.next(format!("keeneye scan --root {}", root.lossy()));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/rights-unjudged";
    const BASE: &str = "package base 1 owns /usr/bin/a,/usr/bin/passwd,/usr/bin/bash\n/usr/bin/passwd : mode=104755\n";

    fn system(root: &str) -> String {
        let programs = ["su", "mount", "passwd"].map(|name| format!("{root}/usr/bin/{name} : mode=104755\n"));
        let files = format!("{root}/etc/passwd = root:x:0:0::/:/bin/sh\\n\n{root}/var/lib/dpkg/status = x\n");
        files + &programs.concat()
    }
    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check(NAME, &format!("{BASE}{host}"), expected);
    }

    #[test]
    fn systems_in_directories_are_told_once() {
        let one = system("/srv/jail");
        says(&one, &["note: 3 programs in the system below /srv/jail give rights and were not judged"]);
        says(
            &format!("{one}{}", system("/srv/other")),
            &["note: 6 programs in 2 systems of their own give rights and were not judged"],
        );
        says(&one.replace("104755", "100755"), &[]);
        says(&one.replace("/srv/jail/var/lib/dpkg/status", "/srv/jail/var/lib/x"), &[]);
        says("", &[]);
    }
    #[test]
    fn what_is_judged_is_not_counted() {
        let more = |line: &str| format!("{}{line}", system("/srv/jail"));
        let three = ["note: 3 programs in the system below /srv/jail give rights and were not judged"];
        let two = ["note: 2 programs in the system below /srv/jail give rights and were not judged"];
        says(&more("/srv/jail/usr/bin/x : mode=104755\n/srv/jail/srv/su : mode=104755\n"), &three);
        says(&more("/srv/jail/usr/bin/su : mode=104757\n"), &two);
        let writable = "/srv/jail/usr/bin/su : mode=104757\n/srv/jail/usr/bin/mount : mode=104757\n";
        says(&more(writable), &["note: 1 program in the system below /srv/jail gives rights and was not judged"]);
        let equal = "/usr/bin/passwd = \\x7fELF p\n/srv/jail/usr/bin/passwd = \\x7fELF p\n";
        says(&more(equal), &two);
        says(&more(&equal.replacen("F p\n/srv", "F q\n/srv", 1)), &three);
    }
    #[test]
    fn capabilities_count_too() {
        let host = format!("{}/srv/jail/usr/bin/newuidmap = \\x7fELF n\n", system("/srv/jail"));
        let four = ["note: 4 programs in the system below /srv/jail give rights and were not judged"];
        let capable = |caps: &str| format!("{host}/srv/jail/usr/bin/newuidmap : mode=100755 caps={caps}\n");
        says(&capable("80"), &four);
        says(&capable("400"), &["note: 3 programs in the system below /srv/jail give rights and were not judged"]);
    }
}
