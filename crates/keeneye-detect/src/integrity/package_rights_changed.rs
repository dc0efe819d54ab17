//! A packaged file gives other rights than its package gave it.
//!
//! # What it sees
//! Permissions, owner, group, device number and file capabilities of every packaged file beside what the package says:
//! rpm, apk and pacman keep all of it. dpkg keeps no more than what an admin asked for with dpkg-statoverride(1): there,
//! what Debian asks of all packages counts, that programs, libraries and units are root's, and that nobody else writes
//! them. A file that became setuid, gained capabilities that amount to root, or that others than its owner may write
//! now, is told by itself; other changes of rights, and those of directories, a package at a time. Settings are the
//! admin's: of those is told only what everybody may write.
//!
//! # Why it matters
//! `chmod u+s` on a packaged program, or one capability on an interpreter, makes anybody root, and its content stays as
//! the package brought it.
//!
//! # Innocent causes
//! An admin hardened or opened a file by hand. A configuration tool that sets modes. Content copied without its owners.
//! A package that its maker built carelessly, documentation and all: `unusual`, once for the package.
//!
//! # What to do
//! `rpm --setperms PACKAGE` or putting the package in place again sets them right. Find out who changed it: the time is
//! in the evidence.

use super::capability_odd::is_strong;
use crate::{Detector, Scene, subject};
use bstr::ByteSlice;
use keeneye_facts::{Difference, FileCapabilities, Finding, Level, PackageChange};
use keeneye_world::{World, file_capabilities, place};
use std::collections::{BTreeMap, BTreeSet};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/package-rights-changed",
    title: "a packaged file gives other rights than its package gave it",
    level: Level::Suspicious,
    attack: &["T1222.002", "T1548.001"],
    absolute: false,
    source: include_str!("package_rights_changed.rs"),
    run,
};

/// Packages that are told one by one, and files of one.
const MAX_TOLD: usize = 20;
/// Setuid and setgid.
const PRIVILEGED: u32 = 0o6000;
const GROUP_EXECUTES: u32 = 0o010;
const GROUP_WRITES: u32 = 0o020;
const OTHERS_WRITE: u32 = 0o002;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let changed = || scene.world.package_changes.iter().filter(|change| rights(change).next().is_some());
    let careless = careless(scene.world);
    let gained = |change: &PackageChange| gained(change).filter(|_| !careless.contains(change.package.as_str()));
    let told = changed().filter_map(|change| gained(change).map(|what| (change, what)));
    let mut findings: Vec<Finding> =
        told.clone().take(MAX_TOLD).map(|(change, what)| said_gained(change, what)).collect();
    let further = told.count().saturating_sub(MAX_TOLD);
    if let Some(last) = findings.last_mut().filter(|_| further > 0) {
        *last = last.clone().evidence("further files that give more rights", further.to_string());
    }
    let mut others: BTreeMap<&str, Vec<&PackageChange>> = BTreeMap::new();
    for change in changed().filter(|change| !change.config && gained(change).is_none()) {
        others.entry(&change.package).or_default().push(change);
    }
    findings.extend(others.iter().take(MAX_TOLD).map(|(package, all)| said_others(package, all)));
    findings
}

/// Packages of dpkg whose documentation is somebody else's as well: their makers packed it so.
fn careless(world: &World) -> BTreeSet<&str> {
    let by_dpkg = world.packages.iter().any(|(manager, _)| manager == "dpkg");
    let docs = world.package_changes.iter().filter(|change| by_dpkg && change.doc && rights(change).next().is_some());
    docs.map(|change| change.package.as_str()).collect()
}

fn rights(change: &PackageChange) -> impl Iterator<Item = &Difference> {
    use Difference::{Capabilities, Device, Group, Mode, Owner};
    let of_rights =
        |d: &&Difference| matches!(d, Mode { .. } | Owner { .. } | Group { .. } | Device { .. } | Capabilities { .. });
    change.differs.iter().filter(of_rights)
}

/// What somebody may do now that the package did not mean. Directories are shared with whoever works in them; what the
/// package brings no content for, whoever fills it opens as he likes.
fn gained(change: &PackageChange) -> Option<&'static str> {
    let stat = change.stat.filter(|stat| !stat.is_dir())?;
    let writes = |new: u32| {
        let everybody = new & OTHERS_WRITE != 0 && !change.ghost;
        everybody || !change.config && !change.ghost && new & GROUP_WRITES != 0 && stat.gid != 0
    };
    rights(change).find_map(|difference| match difference {
        Difference::Mode { expected, found } => {
            let new = found & !expected;
            let locks = new & PRIVILEGED == 0o2000 && found & GROUP_EXECUTES == 0;
            if new & PRIVILEGED != 0 && !locks {
                Some("it gives whoever runs it another user's rights")
            } else if writes(new) {
                Some("others than its owner may write it")
            } else {
                None
            }
        }
        Difference::Capabilities { expected, found } => {
            let bits = |text| file_capabilities::from_text(text).unwrap_or_default();
            let new = bits(found).permitted & !bits(expected).permitted;
            let strong = is_strong(&FileCapabilities { permitted: new, ..FileCapabilities::default() });
            strong.then_some("it gives whoever runs it capabilities that amount to root")
        }
        Difference::Owner { expected: 0, .. } if is_code(change) => Some("another user than root owns it"),
        Difference::Device { .. } => Some("it is another device"),
        _ => None,
    })
}

/// A program, a library, or what runs or says what runs by its place.
fn is_code(change: &PackageChange) -> bool {
    let library = place::is_packaged(&change.path) && change.path.file_name().contains_str(".so");
    change.stat.is_some_and(|stat| stat.is_regular() && (stat.executable() || library || place::is_start(&change.path)))
}

fn gives_rights(change: &PackageChange) -> bool {
    let privileged =
        |d: &Difference| matches!(d, Difference::Mode { expected, found } if found & !expected & PRIVILEGED != 0);
    change.differs.iter().any(|d| privileged(d) || matches!(d, Difference::Capabilities { .. }))
}

fn said_gained(change: &PackageChange, what: &str) -> Finding {
    let how: Vec<String> = rights(change).map(Difference::words).collect();
    let path = change.path.lossy();
    let summary =
        format!("{path} has other rights than package {} gave it: {what} ({})", change.package, how.join(", "));
    let level = if change.config && !gives_rights(change) { Level::Unusual } else { Level::Suspicious };
    let mut finding = DETECTOR
        .finding(level, subject::file(&change.path), summary)
        .evidence("package", format!("{} {}", change.package, change.version))
        .evidence("cause", change.cause.words())
        .innocent("an admin, or a configuration tool, opened it", false, "ask who did")
        .next(format!("keeneye look file {path}"));
    if let Some(stat) = change.stat {
        finding = finding.since(stat.changed);
    }
    finding
}

fn said_others(package: &str, changes: &[&PackageChange]) -> Finding {
    let level = if changes.iter().all(|change| change.doc || change.ghost) { Level::Note } else { Level::Unusual };
    let (subject, summary) = match changes {
        [one] => {
            let summary = format!("{} has other rights than package {package} gave it", one.path.lossy());
            (subject::file(&one.path), summary)
        }
        many => {
            let summary = format!("{} files have other rights than package {package} gave them", many.len());
            (subject::package(package), summary)
        }
    };
    let mut finding = DETECTOR.finding(level, subject, summary);
    for change in changes.iter().take(MAX_TOLD) {
        let how: Vec<String> = rights(change).map(Difference::words).collect();
        finding = finding.evidence("file", format!("{}: {}", change.path.lossy(), how.join(", ")));
    }
    finding
        .innocent("an admin hardened it, or a configuration tool sets modes", false, "ask who did")
        .next("keeneye list changes".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/package-rights-changed";
    const HOST: &str = "package a 3 owns /usr/bin/a\n/etc/passwd = root:x:0:0::/root:/bin/sh\\n\n\
                        /etc/group = root:x:0:\\n\n";

    #[test]
    fn a_program_that_became_setuid() {
        let asked = "/var/lib/dpkg/statoverride = root root 755 /usr/bin/a\\n\n";
        let text = "suspicious: /usr/bin/a has other rights than package a gave it: it gives whoever runs it another \
                    user's rights (mode 4755 instead of 755)";
        check(NAME, &format!("{HOST}{asked}/usr/bin/a : mode=104755\n"), &[text]);
        check(NAME, &format!("{HOST}{asked}/usr/bin/a : mode=100755\n"), &[]);
    }
    #[test]
    fn fewer_rights_are_unusual() {
        let asked = "/var/lib/dpkg/statoverride = root root 4755 /usr/bin/a\\n\n";
        let text = "unusual: /usr/bin/a has other rights than package a gave it";
        check(NAME, &format!("{HOST}{asked}/usr/bin/a : mode=100755\n"), &[text]);
        check(NAME, &format!("{HOST}{asked}/usr/bin/a : mode=104755\n"), &[]);
    }
    #[test]
    fn a_directory_that_a_group_shares_and_a_group_of_root() {
        let asked = "/var/lib/dpkg/statoverride = root root 755 /usr/bin/a\\n\n";
        let text = "unusual: /usr/bin/a has other rights than package a gave it";
        check(NAME, &format!("{HOST}{asked}/usr/bin/a : mode=100775\n"), &[text]);
        let shared = "package b 3 owns /srv/b\n/var/lib/dpkg/statoverride = root root 755 /srv/b\\n\n\
                      /var/lib/dpkg/info/b.md5sums = \n";
        let text = "unusual: /srv/b has other rights than package b gave it";
        check(NAME, &format!("{HOST}{shared}/srv/b : mode=42775 gid=33\n"), &[text]);
        let loud = "suspicious: /usr/bin/a has other rights than package a gave it: others than its owner may write it \
                    (mode 777 instead of 755)";
        check(NAME, &format!("{HOST}{asked}/usr/bin/a : mode=100777\n"), &[loud]);
    }
    #[test]
    fn another_owner_of_a_program() {
        let asked = "/var/lib/dpkg/statoverride = root root 755 /usr/bin/a\\n\n";
        let text = "suspicious: /usr/bin/a has other rights than package a gave it: another user than root owns it \
                    (owner 33 instead of 0)";
        check(NAME, &format!("{HOST}{asked}/usr/bin/a : mode=100755 uid=33\n"), &[text]);
    }
    #[test]
    fn programs_of_which_dpkg_keeps_no_rights() {
        let host = "/usr : mode=40755\npackage a 3 owns /usr/sbin/a,/usr/lib/liba.so.1,/usr/share/doc/a/copyright\n";
        let says = |path: &str, how: &str| format!("suspicious: {path} has other rights than package a gave it: {how}");
        let loud = |settings: &str, what: &str, how: &str| {
            let text = says("/usr/sbin/a", &format!("{what} ({how})"));
            check(NAME, &format!("{host}/usr/sbin/a : {settings}\n"), &[&text]);
        };
        let written = "others than its owner may write it";
        loud("mode=100777", written, "mode 777 instead of 775");
        loud("mode=100775 gid=1000", written, "mode 775 instead of 755");
        loud("mode=100755 uid=1000", "another user than root owns it", "owner 1000 instead of 0");
        loud("mode=100755 uid=33", "another user than root owns it", "owner 33 instead of 0");
        for quiet in ["mode=100755", "mode=102755 gid=8", "mode=106755 uid=1 gid=1"] {
            check(NAME, &format!("{host}/usr/sbin/a : {quiet}\n"), &[]);
        }
        let library = says("/usr/lib/liba.so.1", "another user than root owns it (owner 1000 instead of 0)");
        check(NAME, &format!("{host}/usr/lib/liba.so.1 : mode=100644 uid=1000\n"), &[&library]);
        let asked = "/var/lib/dpkg/statoverride = root mail 775 /usr/sbin/a\\n\n/etc/group = mail:x:8:\\n\n";
        check(NAME, &format!("{host}{asked}/usr/sbin/a : mode=100775 gid=8\n"), &[]);
    }
    #[test]
    fn a_package_that_its_maker_packed_as_himself() {
        let files = "package a 3 owns /usr/bin/a,/usr/share/doc/a/copyright\n/usr/bin/a : mode=100755 uid=1001\n";
        let host = format!("/usr : mode=40755\n{files}");
        let text = "unusual: 2 files have other rights than package a gave them";
        check(NAME, &format!("{host}/usr/share/doc/a/copyright : mode=100644 uid=1001\n"), &[text]);
        let text = "suspicious: /usr/bin/a has other rights than package a gave it: another user than root owns it \
                    (owner 1001 instead of 0)";
        check(NAME, &format!("{host}/usr/share/doc/a/copyright : mode=100644\n"), &[text]);
        check(NAME, &format!("/usr : mode=40755 uid=1001\n{files}/usr/share/doc/a/copyright : mode=100644\n"), &[]);
    }
    #[test]
    fn settings_that_everybody_may_write() {
        let host = "/usr : mode=40755\npackage a 3 owns /etc/a.conf\n/etc/a.conf = x\\n\n";
        let text = "unusual: /etc/a.conf has other rights than package a gave it: others than its owner may write it \
                    (mode 666 instead of 664)";
        check(NAME, &format!("{host}/etc/a.conf : mode=100666\n"), &[text]);
        check(NAME, &format!("{host}/etc/a.conf : mode=100664 gid=33 uid=33\n"), &[]);
    }
}
