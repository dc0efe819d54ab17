//! Data of a package are not what the package brought.
//!
//! # What it sees
//! Every file of every package is compared with what the package database keeps of it. Told here, a package at a time:
//! files that are no programs, no settings, no scripts that anything uses, and nothing that runs by its place; also regular
//! files of which the package's list of digests has none, although dpkg's lists name all but settings. Programs are
//! `integrity/package-file-changed`, settings that admins are meant to edit are no finding at all.
//!
//! # Why it matters
//! A page that a web server sends, a rule that decides who may do what, a template from which units are made: what is no
//! program can still do somebody's work.
//!
//! # Innocent causes
//! An admin edited it by hand, although the next upgrade overwrites it. A program keeps its state in a file that its
//! package brought. A damaged disk.
//!
//! # What to do
//! Compare with the package's own file; putting the package in place again brings it back. `keeneye list changes` lists all of them.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Difference, Finding, Level, PackageChange};
use keeneye_world::World;
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/package-data-changed",
    title: "data of a package are not what it brought",
    level: Level::Unusual,
    attack: &["T1565.001"],
    absolute: false,
    source: include_str!("package_data_changed.rs"),
    run,
};

/// Packages that are told one by one.
const MAX_PACKAGES: usize = 20;
/// Files that are told of one package.
const MAX_FILES: usize = 10;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut by_package: BTreeMap<&str, Vec<&PackageChange>> = BTreeMap::new();
    for change in scene.world.package_changes.iter().filter(|change| is_data(scene.world, change)) {
        by_package.entry(&change.package).or_default().push(change);
    }
    let mut findings: Vec<Finding> = by_package.iter().take(MAX_PACKAGES).map(|(name, all)| said(name, all)).collect();
    let further = by_package.len().saturating_sub(MAX_PACKAGES);
    if let Some(last) = findings.last_mut().filter(|_| further > 0) {
        *last = last.clone().evidence("further packages", further.to_string());
    }
    findings
}

fn is_data(world: &World, change: &PackageChange) -> bool {
    let content = |d: &Difference| matches!(d, Difference::Content { .. } | Difference::Unlisted);
    if change.config || !change.differs.iter().any(content) {
        return false;
    }
    // What is more than data is judged by the file itself.
    match world.file(&change.path) {
        Some(fact) => super::is_told_with_its_package(fact),
        None => true,
    }
}

fn said(package: &str, changes: &[&PackageChange]) -> Finding {
    let only_docs = changes.iter().all(|change| change.doc);
    let level = if only_docs { Level::Note } else { Level::Unusual };
    let what = if only_docs { "documentation" } else { "data" };
    let mut paths: Vec<&PackageChange> = changes.to_vec();
    paths.sort_by_key(|change| (change.doc, &change.path));
    let Some(first) = paths.first() else {
        return DETECTOR.finding(level, subject::package(package), String::new());
    };
    let unlisted = changes.iter().all(|change| change.differs.contains(&Difference::Unlisted));
    let summary = match changes.len() {
        1 if unlisted => format!("{} of package {package} is not on its list of digests", first.path.lossy()),
        count if unlisted => format!("{count} files of package {package} are not on its list of digests"),
        1 => format!("{} differs from what package {package} brought ({what})", first.path.lossy()),
        count => format!("{count} files of {what} of package {package} differ from what it brought"),
    };
    let subject = if changes.len() == 1 { subject::file(&first.path) } else { subject::package(package) };
    let mut finding = DETECTOR.finding(level, subject, summary);
    for change in paths.iter().take(MAX_FILES) {
        let differs = change.differs.first().map(Difference::words).unwrap_or_default();
        finding = finding.evidence("file", format!("{}: {differs}; {}", change.path.lossy(), change.cause.words()));
        finding = finding.related(subject::file(&change.path));
    }
    if let Some(when) = changes.iter().filter_map(|change| change.stat).map(|stat| stat.changed).min() {
        finding = finding.since(when);
    }
    finding
        .innocent("an admin edited it, or a program keeps its state there", false, "ask who did")
        .next("keeneye list changes".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/package-data-changed";

    #[test]
    fn a_changed_page_and_one_that_is_as_it_was() {
        let host = "package phpmyadmin 5 owns /usr/share/phpmyadmin/index.html\n\
                    /usr/share/phpmyadmin/index.html = <p>\n";
        let text = "unusual: /usr/share/phpmyadmin/index.html differs from what package phpmyadmin brought (data)";
        check(NAME, &format!("{host}tampered /usr/share/phpmyadmin/index.html"), &[text]);
        check(NAME, host, &[]);
    }
    #[test]
    fn documentation_is_a_note_and_many_files_are_one_finding() {
        let host = "package a 5 owns /usr/share/doc/a/x,/usr/share/doc/a/y\n\
                    /usr/share/doc/a/x = x\n/usr/share/doc/a/y = y\n";
        let both = "tampered /usr/share/doc/a/x\ntampered /usr/share/doc/a/y";
        let text = "note: 2 files of documentation of package a differ from what it brought";
        check(NAME, &format!("{host}{both}"), &[text]);
        check(NAME, host, &[]);
    }
    #[test]
    fn a_script_that_nobody_types() {
        let script = |path: &str| format!("package a 5 owns {path}\n{path} = #!/bin/sh\\n\ntampered {path}");
        let text = "unusual: /usr/lib/a/x differs from what package a brought (data)";
        check(NAME, &script("/usr/lib/a/x"), &[text]);
        check(NAME, &script("/usr/bin/x"), &[]);
    }
    #[test]
    fn a_file_of_which_no_digest_is_kept() {
        let host = "package a 5 owns /usr/share/a/x,/usr/share/a/y\n/usr/share/a/x = x\n/usr/share/a/y = y\n";
        let sums = "/var/lib/dpkg/info/a.md5sums = 9dd4e461268c8034f5c8564e155c67a6  usr/share/a/x\\n\n";
        let text = "unusual: /usr/share/a/y of package a is not on its list of digests";
        check(NAME, &format!("{host}{sums}"), &[text]);
        let link = host.replace("/usr/share/a/y = y", "/usr/share/a/y @ x");
        check(NAME, &format!("{link}{sums}"), &[]);
    }
    #[test]
    fn what_dpkg_exchanges_just_now_differs_from_what_was_read() {
        let host = "package a 5 owns /usr/share/a/x\n/usr/share/a/x = x\ntampered /usr/share/a/x\n\
                    /usr/share/a/x : changed=1699999990\n";
        let text = "unusual: /usr/share/a/x differs from what package a brought (data)";
        // A journal that nobody works on excuses nothing.
        check(NAME, &format!("{host}/var/lib/dpkg/updates/0001 : changed=1699999990\n"), &[text]);
        let host = format!("{host}{}", crate::testing::DPKG_AT_WORK);
        check(NAME, &format!("{host}/var/lib/dpkg/updates/0001 : changed=1699990000\n"), &[text]);
        check(NAME, &format!("{host}/var/lib/dpkg/updates/0001 : changed=1699999990\n"), &[]);
        let older = host.replace("1699999990", "1699990000");
        check(NAME, &format!("{older}/var/lib/dpkg/updates/0001 : changed=1699999990\n"), &[text]);
    }
    #[test]
    fn settings_are_the_admins() {
        let host = "package a 5 owns /etc/a.conf\n/etc/a.conf = x\n";
        check(NAME, &format!("{host}tampered /etc/a.conf"), &[]);
    }
    #[test]
    fn programs_are_told_elsewhere() {
        let host = "package a 5 owns /usr/lib/a/tool\n";
        check(NAME, &format!("{host}tampered /usr/lib/a/tool"), &[]);
        let text = "suspicious: /usr/lib/a/tool differs from what package a brought";
        check("integrity/package-file-changed", &format!("{host}tampered /usr/lib/a/tool"), &[text]);
    }
}
