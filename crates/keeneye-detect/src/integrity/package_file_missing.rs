//! A file of a package is not there, or something else is in its place.
//!
//! # What it sees
//! Every file that the package database lists is looked for. What is missing is told a package at a time; what was
//! replaced by something of another kind (a program by a link or a directory), and links that lead elsewhere than the
//! package leads them, are told one by one: suspicious where temporary or hidden files lie there. dpkg does not
//! say where links lead; of its links those are told that lead to a program of no package. Settings, files that the database says may be missing, and what dpkg was
//! told to leave out (`path-exclude`) are not missed; programs and libraries only where that rule is older than the
//! package.
//!
//! # Why it matters
//! Who breaks in removes what would tell on him: an audit daemon, a scanner, the original beside a copy. A link in the
//! place of a program leads everybody who types its name somewhere else.
//!
//! # Innocent causes
//! An admin made room, or put a link to a build of his own there. A half-restored backup. A container image from which
//! files were taken out to make it small.
//!
//! # What to do
//! Putting the package in place again brings the file back (`apt-get install --reinstall PACKAGE`, `dnf reinstall`). Look first at who removed it: shell histories, times of the
//! directory, what else changed then.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Difference, Finding, Level, PackageChange};
use keeneye_world::{World, place};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/package-file-missing",
    title: "a file of a package is not there",
    level: Level::Suspicious,
    attack: &["T1070.004", "T1562.001"],
    absolute: false,
    source: include_str!("package_file_missing.rs"),
    run,
};

/// Packages, and files that were replaced, that are told one by one.
const MAX_TOLD: usize = 20;
/// Files that are told of one package.
const MAX_FILES: usize = 10;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let changes = &scene.world.package_changes;
    let mut missing: BTreeMap<&str, Vec<&PackageChange>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.differs.contains(&Difference::Missing)) {
        missing.entry(&change.package).or_default().push(change);
    }
    let replaced = || changes.iter().filter(|change| !change.config && replacement(change).is_some());
    let mut findings: Vec<Finding> = replaced().take(MAX_TOLD).map(said_replaced).collect();
    let further = replaced().count().saturating_sub(MAX_TOLD);
    if let Some(last) = findings.last_mut().filter(|_| further > 0) {
        *last = last.clone().evidence("further files in whose place is something else", further.to_string());
    }
    let told: Vec<_> = missing.iter().filter(|(_, all)| all.iter().any(|change| !change.doc)).collect();
    findings.extend(told.iter().take(MAX_TOLD).map(|(package, all)| said_missing(scene.world, package, all)));
    let further = told.len().saturating_sub(MAX_TOLD);
    if let Some(last) = findings.last_mut().filter(|_| further > 0) {
        *last = last.clone().evidence("further packages with missing files", further.to_string());
    }
    findings
}

fn replacement(change: &PackageChange) -> Option<&Difference> {
    change.differs.iter().find(|d| matches!(d, Difference::Kind { .. } | Difference::Link { .. }))
}

/// To where no admin keeps programs.
fn leads_astray(change: &PackageChange) -> bool {
    change.differs.iter().any(|differs| match differs {
        Difference::Link { found, .. } => {
            let target = place::led_to(&change.path, found);
            place::is_volatile(&target) || place::hidden_component(&target).is_some()
        }
        _ => false,
    })
}

fn said_replaced(change: &PackageChange) -> Finding {
    let how = replacement(change).map(Difference::words).unwrap_or_default();
    let summary = format!("{} of package {} is not what it was: {how}", change.path.lossy(), change.package);
    let level = if leads_astray(change) { Level::Suspicious } else { Level::Unusual };
    let finding = DETECTOR
        .finding(level, subject::file(&change.path), summary)
        .evidence("package", format!("{} {}", change.package, change.version))
        .evidence("cause", change.cause.words())
        .innocent("an admin put a link to a build of his own there", false, "look where it leads")
        .next(format!("keeneye look file {}", change.path.lossy()));
    match change.stat {
        Some(stat) => finding.since(stat.changed),
        None => finding,
    }
}

fn said_missing(world: &World, package: &str, changes: &[&PackageChange]) -> Finding {
    let programs: Vec<&PackageChange> = changes.iter().copied().filter(|change| !change.doc).collect();
    let (subject, summary) = match programs.as_slice() {
        [one] => (subject::file(&one.path), format!("{} of package {package} is missing", one.path.lossy())),
        many => (subject::package(package), format!("{} files of package {package} are missing", many.len())),
    };
    let mut finding = DETECTOR.finding(Level::Unusual, subject, summary);
    for change in programs.iter().take(MAX_FILES) {
        finding = finding.evidence("missing", change.path.clone()).related(subject::file(&change.path));
    }
    finding
        .innocent("an admin made room, or a small container image", false, "ask who did")
        .next(super::put_back(world, package))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/package-file-missing";

    #[test]
    fn a_program_that_is_gone() {
        let host = "package auditd 3 owns /usr/sbin/auditd,/usr/sbin/auditctl\n";
        let list = "/var/lib/dpkg/info/auditd.list = /usr/sbin/auditd\\n/usr/sbin/auditctl\\n/usr/sbin/ausearch\\n\n";
        check(NAME, &format!("{host}{list}"), &["unusual: /usr/sbin/ausearch of package auditd is missing"]);
        check(NAME, host, &[]);
    }
    #[test]
    fn what_dpkg_was_told_to_leave_out_is_not_missed() {
        let host = "package a 3 owns /usr/bin/a\n\
                    /var/lib/dpkg/info/a.list = /usr/bin/a\\n/usr/share/games/a\\n/usr/share/doc/a/x\\n\n";
        check(NAME, host, &["unusual: /usr/share/games/a of package a is missing"]);
        check(NAME, &format!("{host}/etc/dpkg/dpkg.cfg.d/x = path-exclude /usr/share/games/*\\n\n"), &[]);
    }
    #[test]
    fn a_rule_of_dpkg_that_is_younger_than_the_package_excuses_no_program() {
        let host = "package a 3 owns /usr/bin/a\n/var/lib/dpkg/info/a.list = /usr/bin/a\\n/usr/sbin/a\\n\n\
                    /etc/dpkg/dpkg.cfg.d/x = path-exclude=/usr/sbin/*\\n\n\
                    /var/lib/dpkg/info/a.list : changed=1600000000\n\
                    /var/lib/dpkg/info/a.md5sums : changed=1600000000\n";
        let text = "unusual: /usr/sbin/a of package a is missing";
        check(NAME, &format!("{host}/etc/dpkg/dpkg.cfg.d/x : changed=1600009999\n"), &[text]);
        check(NAME, &format!("{host}/etc/dpkg/dpkg.cfg.d/x : changed=1500000000\n"), &[]);
    }
    #[test]
    fn a_link_in_the_place_of_a_program() {
        let host = "package a 3 owns /usr/sbin/a\n";
        let sums = "/var/lib/dpkg/info/a.md5sums = 00000000000000000000000000000000  usr/sbin/a\\n\n";
        let link = "/usr/sbin/a @ /opt/b\n/opt/b : mode=100755\n";
        let text = "unusual: /usr/sbin/a of package a is not what it was: a symbolic link in place of a regular file";
        check(NAME, &format!("{host}{sums}{link}"), &[text]);
        check(NAME, host, &[]);
    }
    #[test]
    fn a_packaged_link_that_leads_out_of_the_packages() {
        let host = |target: &str| {
            format!(
                "/usr : mode=40755\npackage a 3 owns /usr/bin/a3,/usr/bin/a\n/usr/bin/a @ {target}\n{target} : mode=100755\n"
            )
        };
        let text = |level: &str, target: &str| {
            format!("{level}: /usr/bin/a of package a is not what it was: leads to {target}, which no package owns")
        };
        check(NAME, &host("/var/tmp/a"), &[&text("suspicious", "/var/tmp/a")]);
        check(NAME, &host("/opt/a/bin/a"), &[&text("unusual", "/opt/a/bin/a")]);
        check(NAME, &host("/usr/bin/a3"), &[]);
        check(NAME, &format!("{}/opt/data : mode=100644\n", host("/opt/data")), &[]);
        let owned = format!("package b 1 owns /opt/a/bin/a\n{}", host("/opt/a/bin/a"));
        check(NAME, &owned, &[]);
    }
}
