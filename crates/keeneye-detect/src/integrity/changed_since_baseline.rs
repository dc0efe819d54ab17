//! A file is not what it was when the baseline was made, and nothing explains it.
//!
//! # What it sees
//! Content, kind or link target of a file that never changes by itself is another than the baseline remembers, and no
//! package manager ran that would explain it. A program, a library or a start file of a package, or one among packages'
//! own: `suspicious`. Entries that start something by themselves, below /etc: `unusual`. Edited settings, and programs
//! in the admin's own directories: a note. What packages changed and now is as they brought it is one note for all.
//!
//! # Why it matters
//! A changed `sshd` collects passwords, a changed unit starts a second program, a changed PAM module lets its maker in.
//! A package's record can be edited with the file; what the baseline remembers cannot, when it is kept elsewhere or
//! signed.
//!
//! # Innocent causes
//! An admin edited settings or deployed a new version. A vendor's program updated itself. A file was repaired: when it
//! is what its package brings now, that is a note.
//!
//! # What to do
//! `keeneye look file PATH` tells what it was and is. Ask who changed it; `keeneye scan --save` remembers it as it is,
//! and `keeneye accept --cause settings --because TEXT --until DAY` silences edited settings.

use super::since::{self, Said};
use crate::{Detector, Scene, place, subject};
use keeneye_facts::{Aspect, Cause, Change, Class, Finding, Level, Weight};
use keeneye_world::World;
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/changed-since-baseline",
    title: "a file is not what it was when the baseline was made",
    level: Level::Suspicious,
    attack: &["T1554", "T1565.001"],
    absolute: false,
    source: include_str!("changed_since_baseline.rs"),
    run,
};

/// Packages that are named.
const NAMED: usize = 10;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let told = since::changes(scene).filter(|(group, _)| !since::is_explained(group) && !since::is_silent(group));
    let said = told.filter_map(|(_, change)| judge(scene.world, change)).collect();
    let mut findings = since::findings(&DETECTOR, scene.world, said);
    findings.extend(packages(scene));
    findings
}

fn judge<'a>(world: &World, change: &'a Change) -> Option<Said<'a>> {
    const ABOUT: [Aspect; 5] = [Aspect::Content, Aspect::Kind, Aspect::Target, Aspect::Device, Aspect::Unreadable];
    if !ABOUT.iter().any(|aspect| change.is(*aspect)) || change.is(Aspect::Added) || change.is(Aspect::Removed) {
        return None;
    }
    let (level, what, many) = level(world, change)?;
    Some(Said { change, level, what: what.into(), many })
}

type Judged = (Level, &'static str, &'static str);
const CHANGED: &str = "changed since the baseline, and no package manager did it";
const PROGRAMS: &str = "programs that changed since the baseline";
const SETTINGS: &str = "settings that were edited since the baseline";

fn level(world: &World, change: &Change) -> Option<Judged> {
    let path = change.path();
    let after = change.after.as_ref()?;
    let weight = keeneye_world::baseline::weight_of(change);
    let code = since::is_code(after) || change.before.as_ref().is_some_and(since::is_code);
    let starts = since::starts(world, path);
    if change.owner.is_intact() {
        return Some((
            Level::Note,
            "changed since the baseline, and is what its package brings",
            "files that are as their packages bring them",
        ));
    }
    if change.class == Class::Changes {
        let level = if change.is(Aspect::Kind) { Level::Unusual } else { Level::Note };
        return Some((level, "is not what it was when the baseline was made", "files that changed since the baseline"));
    }
    if place::is_packaged(path) {
        let heavy = code || starts || matches!(weight, Weight::Access | Weight::Rights);
        let level = match heavy {
            true if after.is_link() && change.is(Aspect::Target) || since::is_diverted(world, path) => Level::Unusual,
            true => Level::Suspicious,
            // The boot loader's and the kernel's: made by scripts, but not without a reason.
            false if weight == Weight::Start => Level::Unusual,
            false => Level::Note,
        };
        let many = if heavy { PROGRAMS } else { "files of packages that changed since the baseline" };
        return Some((level, CHANGED, many));
    }
    if path.is_within("/etc") {
        // Whatever admins are meant to edit is theirs; what it says is judged where it is read.
        // ldconfig(8) writes its cache anew whenever an admin runs it.
        let edited = since::is_conffile(change)
            || path == "/etc/ld.so.cache"
            || !(starts || code || weight == Weight::Start)
            || !code && since::is_near_a_package_run(world, change);
        let level = if edited { Level::Note } else { Level::Unusual };
        return Some((level, "was edited since the baseline", SETTINGS));
    }
    if starts || weight >= Weight::Start {
        return Some((Level::Note, "was edited since the baseline", SETTINGS));
    }
    let told = code || since::is_of_the_web(path) || !after.is_regular() || change.owner.is_owned();
    told.then_some((Level::Note, "changed since the baseline", PROGRAMS))
}

/// All packages that changed are one note.
fn packages(scene: &Scene<'_>) -> Option<Finding> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut files = 0;
    for group in &scene.world.changes {
        if let Cause::Package(name) = &group.cause {
            names.insert(name);
            files += group.changes.len();
        }
    }
    let first = *names.iter().next()?;
    let count = names.len();
    let summary = match count {
        1 => format!("package {first} changed since the baseline; {files} of its files are as it brought them"),
        _ => format!(
            "{count} packages changed since the baseline, {first} among them; {files} files are as they brought them"
        ),
    };
    let named: Vec<&str> = names.into_iter().take(NAMED).collect();
    let finding = DETECTOR.finding(Level::Note, subject::package(first), summary);
    let more = if count > NAMED { " and others" } else { "" };
    Some(finding.evidence("packages", format!("{}{more}", named.join(", "))).next("keeneye baseline diff -v"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/changed-since-baseline";
    const HOST: &str = "baseline 3\npackage coreutils 9 owns /usr/bin/ls,/etc/ls.conf\n\
                        /usr/bin/ls : mode=100755 changed=1699900000\n";
    const RECORD: &str = "change /var/lib/dpkg/info/coreutils.md5sums content changed=1699900000\n";

    #[track_caller]
    fn check_host(lines: &str, said: &[&str]) {
        check(NAME, &format!("{HOST}{lines}"), said);
    }

    #[test]
    fn a_packages_program_that_is_not_the_packages() {
        let lines = "tampered /usr/bin/ls\nchange /usr/bin/ls content mode=100755\n";
        let said = "suspicious: /usr/bin/ls changed since the baseline, and no package manager did it";
        check_host(lines, &[said]);
        // The record that was written with it explains nothing: the file is not what it says.
        check_host(&format!("{lines}{RECORD}"), &[said]);
        check_host("", &[]);
    }
    #[test]
    fn an_upgrade_is_one_note() {
        let lines = format!("{RECORD}change /usr/bin/ls content mode=100755\n");
        check_host(
            &lines,
            &["note: package coreutils changed since the baseline; 1 of its files are as it brought them"],
        );
        let repaired = "note: /usr/bin/ls changed since the baseline, and is what its package brings";
        check_host("change /usr/bin/ls content mode=100755\n", &[repaired]);
    }
    #[test]
    fn a_record_that_somebody_wrote_explains_nothing() {
        // The list of digests is hours younger than all else that is there.
        let written = "/var/lib/dpkg/info/coreutils.list : changed=1600000000\n\
                       /var/lib/dpkg/info/coreutils.md5sums : changed=1699900000\n";
        let lines = format!("{RECORD}{written}change /usr/bin/ls content mode=100755\n");
        let said = "suspicious: /usr/bin/ls changed since the baseline, and no package manager did it";
        check_host(&lines, &[said]);
    }
    #[test]
    fn a_program_without_a_digest_is_not_as_its_package_brings_it() {
        let said = "suspicious: /usr/bin/ls changed since the baseline, and no package manager did it";
        let change = "change /usr/bin/ls content mode=100755\n";
        let sums = "/var/lib/dpkg/info/coreutils.md5sums";
        let gone = format!("{sums} = \\n\nchange {sums} gone\ntampered /usr/bin/ls\n");
        check_host(&format!("{gone}{change}"), &[said]);
        let other = "package other 1 owns /usr/bin/other\n";
        check_host(&format!("{other}{gone}{change}"), &[said]);
        check_host(
            &format!("{RECORD}{change}"),
            &["note: package coreutils changed since the baseline; 1 of its files are as it brought them"],
        );
    }
    #[test]
    fn a_record_that_changed_without_its_package_explains_nothing() {
        let lines =
            format!("{RECORD}/usr/bin/ls : mode=100755 changed=1690000000\nchange /usr/bin/ls content mode=100755\n");
        let said = "suspicious: /usr/bin/ls changed since the baseline, and no package manager did it";
        check_host(&lines, &[said]);
    }
    #[test]
    fn settings_and_what_starts() {
        check_host("change /etc/motd content", &["note: /etc/motd was edited since the baseline"]);
        check_host(
            "change /etc/ssh/sshd_config content",
            &["note: /etc/ssh/sshd_config was edited since the baseline"],
        );
        let cron = "/etc/cron.d/x = * * * * * root /opt/x\\n\nchange /etc/cron.d/x content";
        check_host(cron, &["unusual: /etc/cron.d/x was edited since the baseline"]);
    }
    #[test]
    fn what_scripts_of_packages_edit_is_a_note_in_its_time_only() {
        let cron = "/etc/cron.d/x = * * * * * root /opt/x\\n\nchange /etc/cron.d/x content";
        let near = format!("{RECORD}{cron} changed=1699900060");
        check_host(&near, &["note: /etc/cron.d/x was edited since the baseline"]);
        let late = format!("{RECORD}{cron} changed=1699990000");
        check_host(&late, &["unusual: /etc/cron.d/x was edited since the baseline"]);
    }
    #[test]
    fn what_was_diverted_is_less_sure() {
        let lines = "change /usr/bin/x content mode=100755\n/usr/bin/x : mode=100755\n";
        let said = "/usr/bin/x changed since the baseline, and no package manager did it";
        check_host(lines, &[&format!("suspicious: {said}")]);
        let diverted = "/var/lib/dpkg/diversions = /usr/bin/x\\n/usr/bin/x.distrib\\n:\\n\n";
        check_host(&format!("{lines}{diverted}"), &[&format!("unusual: {said}")]);
    }
    #[test]
    fn data_is_nothing_and_a_deployed_program_a_note() {
        check_host("change /srv/app/data content", &[]);
        check_host("change /srv/app/run content mode=100755", &["note: /srv/app/run changed since the baseline"]);
    }
    #[test]
    fn what_a_known_program_makes_is_quiet_in_its_time_only() {
        let host = |owner: &str, time: i64| {
            format!(
                "{RECORD}package initramfs-tools 1 owns /usr/sbin/{owner}\n\
                 change /boot/initrd.img-6.1 content changed={time}\n"
            )
        };
        let said = "unusual: /boot/initrd.img-6.1 changed since the baseline, and no package manager did it";
        check_host(&host("update-initramfs", 1_699_900_060), &[]);
        check_host(&host("update-initramfs", 1_699_990_000), &[said]);
        check_host(&host("other", 1_699_900_060), &[said]);
    }
}
