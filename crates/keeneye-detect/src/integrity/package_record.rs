//! The record of a package does not hold together.
//!
//! # What it sees
//! What the package manager keeps of its packages lies on the host, where an intruder with root can edit it. dpkg writes
//! all files of a package's record at once, together with the package's own files, and then `status`: a list of digests
//! or a script that was written later, and a record that is younger than the files that it speaks of, were written by
//! somebody else. dpkg has a list of digests of every package that has files, if need be made by itself, and pacman has an
//! mtree(5): one that is gone was taken away. apk writes its database, scripts and triggers together: a database that is
//! younger than those was edited. A list of files without a package that owns it is what stays when somebody takes the
//! package out of `status`, and a package that counts as removed has no more than settings. A record of rpm must agree
//! with its own digests and with its vendor's signature; a key that only this host knows is a note. Where most
//! records are signed by vendors, one that is not and owns a command that admins trust, or what every login or program
//! loads, is nobody's own build. Packages of one source that need each other in one version come together: where the
//! versions do not fit, one record was exchanged for an older one that its vendor signed as well. With `--vendor` the
//! package files themselves are at hand: then a list of digests that vouches for a file which is not the vendor's was
//! edited, and so was a list of files that names more than the package has.
//!
//! # Why it matters
//! Whoever replaces a program and its digest silences every tool that believes the host: debsums by one `sed`, `rpm -Va`
//! by a forged record.
//!
//! # Innocent causes
//! Somebody repaired a damaged database by hand, or restored it from a backup. Where all of /var is as young, it was
//! restored or moved to another disk: `unusual`, once. Packages that were built on this machine are not signed, or by a key
//! of their maker's. `rpm --nodeps` puts packages in place whose versions do not fit. Makers of small images take all lists of digests out: `unusual`, once. Records that
//! were made by hand, as some installers do, have no list of digests: `unusual`, unless something was taken out of the
//! directory of records when nothing was installed.
//!
//! # What to do
//! Believe none of the packages' digests on this host. Compare the files of the package with those of the vendor: fetch
//! the package elsewhere (`apt-get download`) and run `keeneye scan --vendor DIR`, or look at another machine of the same
//! version.

use crate::{Detector, Scene, subject};
use keeneye_facts::{DoubtKind, Finding, Level, PackageDoubt};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/package-record",
    title: "the record of a package does not hold together",
    level: Level::Compromised,
    attack: &["T1565.001", "T1070"],
    absolute: false,
    source: include_str!("package_record.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.package_doubts.iter().filter_map(said).collect()
}

fn said(doubt: &PackageDoubt) -> Option<Finding> {
    let (level, what) = of_dpkg(doubt).or_else(|| of_vendor(doubt)).or_else(|| of_rpm(doubt))?;
    let finding = DETECTOR
        .finding(level, subject::file(&doubt.path), what)
        .evidence("package", format!("{} {}", doubt.package, doubt.version))
        .innocent("somebody repaired the database by hand, or restored it from a backup", false, "ask who did")
        .next("compare the package's files with the vendor's own, from another machine".to_owned());
    Some(if doubt.when > 0 { finding.since(doubt.when) } else { finding })
}

/// dpkg's own records beside one another.
fn of_dpkg(doubt: &PackageDoubt) -> Option<(Level, String)> {
    let PackageDoubt { package, path, .. } = doubt;
    let path_text = path.lossy();
    let said = match &doubt.kind {
        DoubtKind::RecordWritten => (
            Level::Suspicious,
            format!("{path_text} was written after package {package} was installed, without the rest of it"),
        ),
        DoubtKind::AllRecordsWritten { packages, moved } => {
            let level = if *moved { Level::Unusual } else { Level::Suspicious };
            let how = if *moved { ", and so was all of /var" } else { ", and the rest of /var was not" };
            (level, format!("the records of {packages} packages in {path_text} were written after the packages{how}"))
        }
        DoubtKind::RecordWrittenSinceBaseline { untouched } => (
            Level::Suspicious,
            match untouched {
                Some(old) => format!(
                    "{path_text} is not as in the baseline, but package {package} was not installed since: {} is older",
                    old.lossy()
                ),
                None => format!(
                    "{path_text} is not as in the baseline, and dpkg's log names no package {package} in that time"
                ),
            },
        ),
        DoubtKind::DatabaseWritten { beside } => {
            let files =
                if package.is_empty() { String::new() } else { format!("; so were files of package {package}") };
            let beside = beside.lossy();
            (
                Level::Suspicious,
                format!("{path_text} was changed after {beside}, which is written together with it{files}"),
            )
        }
        DoubtKind::DigestsGone { alone } => (
            if *alone { Level::Suspicious } else { Level::Unusual },
            format!("package {package} has no list of digests ({path_text}): its manager keeps one of every package"),
        ),
        DoubtKind::NoDigests { packages } => (
            Level::Unusual,
            format!("{} no list of digests: their files are not compared", some(*packages, package, "has", "have")),
        ),
        DoubtKind::DigestsGoneSinceBaseline { packages } => (
            Level::Suspicious,
            format!(
                "the lists of digests of {packages} packages, {package} the first, were there when the baseline was \
                 made, and are gone"
            ),
        ),
        DoubtKind::RecordRemoved => (
            Level::Suspicious,
            format!("package {package} has a list of files ({path_text}), but the database does not name it"),
        ),
        DoubtKind::FilesOfRemoved => (
            Level::Suspicious,
            format!("package {package} counts as removed, but {path_text}, which it brought, is there"),
        ),
        _ => return None,
    };
    Some(said)
}

/// dpkg's records beside the vendor's packages.
fn of_vendor(doubt: &PackageDoubt) -> Option<(Level, String)> {
    let PackageDoubt { package, path, .. } = doubt;
    let path_text = path.lossy();
    let said = match &doubt.kind {
        DoubtKind::DigestsForged { files, first, code } => {
            let level = if *code { Level::Compromised } else { Level::Suspicious };
            let first = first.lossy();
            let what = if *files == 1 {
                format!("{first}, which is")
            } else {
                format!("{files} files, {first} the first, which are")
            };
            (
                level,
                format!("the list of digests of package {package} was changed: it vouches for {what} not the vendor's"),
            )
        }
        DoubtKind::FilesAdded { files } => {
            let what =
                if *files == 1 { path_text.to_string() } else { format!("{files} files, {path_text} the first,") };
            (
                Level::Suspicious,
                format!("the list of files of package {package} was changed: {what} is in no package of its vendor"),
            )
        }
        _ => return None,
    };
    Some(said)
}

/// rpm's databases and the signatures in them.
fn of_rpm(doubt: &PackageDoubt) -> Option<(Level, String)> {
    let PackageDoubt { package, path, .. } = doubt;
    let path_text = path.lossy();
    let said = match &doubt.kind {
        DoubtKind::DigestsDisagree => {
            (Level::Suspicious, format!("the record of package {package} does not agree with its own digests"))
        }
        DoubtKind::BadSignature { why } => {
            // Anything else is old, or cannot be told from a forgery.
            let over_others = why == "it is over other bytes";
            let level = if over_others { Level::Compromised } else { Level::Unusual };
            (level, format!("a signature over the record of package {package} does not hold: {why}"))
        }
        DoubtKind::Unsigned { packages, others_are_signed } => {
            let level = if *others_are_signed { Level::Unusual } else { Level::Note };
            let others = if *others_are_signed { "other packages here are" } else { "and neither is any other" };
            (level, format!("{} not signed, {others}", some(*packages, package, "is", "are")))
        }
        DoubtKind::UnsignedOfVendor { packages, vendor } => (
            Level::Suspicious,
            format!("{} not signed, although {vendor} signs what it builds", some(*packages, package, "is", "are")),
        ),
        DoubtKind::SecondDatabase { packages, beside, believed } => {
            let level = if *believed { Level::Suspicious } else { Level::Unusual };
            let who = if *believed { ", which the package manager believes," } else { "" };
            let beside = beside.lossy();
            (level, format!("{path_text}{who} is a second database of {packages} packages beside {beside}"))
        }
        DoubtKind::NeedsRemoved { needs } => (
            Level::Suspicious,
            format!("package {package} needs {needs}, which no package brings: but it is there ({path_text})"),
        ),
        DoubtKind::VersionsMisfit { by, needs } => (
            Level::Suspicious,
            format!(
                "package {package} is there in version {}, but {by} needs {needs}: the record of one is an older one",
                doubt.version
            ),
        ),
        DoubtKind::KeyOfThisHost { key, packages } => (
            Level::Note,
            format!("{} signed by a key that only this host knows: {key}", some(*packages, package, "is", "are")),
        ),
        DoubtKind::KeyNowhere { key, packages } => (
            Level::Note,
            format!("{} signed by a key that nobody has here: {key}", some(*packages, package, "is", "are")),
        ),
        DoubtKind::NotOfVendor { owns } => (
            Level::Suspicious,
            format!(
                "package {package} says to own {}, but it is not signed by a vendor as most packages here are",
                owns.lossy()
            ),
        ),
        DoubtKind::Overlaid => (
            Level::Compromised,
            format!("the record of package {package} says things again beside what its vendor signed"),
        ),
        DoubtKind::RecordWritten
        | DoubtKind::AllRecordsWritten { .. }
        | DoubtKind::RecordWrittenSinceBaseline { .. }
        | DoubtKind::DatabaseWritten { .. }
        | DoubtKind::DigestsGone { .. }
        | DoubtKind::NoDigests { .. }
        | DoubtKind::DigestsGoneSinceBaseline { .. }
        | DoubtKind::RecordRemoved
        | DoubtKind::FilesOfRemoved
        | DoubtKind::DigestsForged { .. }
        | DoubtKind::FilesAdded { .. } => return None,
    };
    Some(said)
}

/// `package a is`, or `3 packages, a the first, are`.
fn some(packages: u32, first: &str, one: &str, many: &str) -> String {
    if packages == 1 {
        format!("package {first} {one}")
    } else {
        format!("{packages} packages, {first} the first, {many}")
    }
}

#[cfg(test)]
mod tests;
