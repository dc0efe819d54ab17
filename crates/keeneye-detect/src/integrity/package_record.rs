//! The record of a package does not hold together.
//!
//! # What it sees
//! What the package manager keeps of its packages lies on the host, where an intruder with root can edit it. dpkg writes
//! all files of a package's record at once: a list of digests that was written later, when nothing was installed, was
//! written by somebody else. A list of files without a package that owns it is what stays when somebody takes the package
//! out of `status`. A record of rpm must agree with its own digests and with its vendor's signature, and the key of the
//! signature must be one that this host did not bring itself. With `--vendor` the package files themselves are at hand:
//! then a list of digests that vouches for a file which is not the vendor's was edited, and so was a list of files that
//! names more than the package has.
//!
//! # Why it matters
//! Whoever replaces a program and its digest silences every tool that believes the host: debsums by one `sed`, `rpm -Va`
//! by a forged record.
//!
//! # Innocent causes
//! Somebody repaired a damaged database by hand, or restored single files of it from a backup. Packages that were built
//! on this machine are not signed.
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
    scene.world.package_doubts.iter().map(said).collect()
}

fn said(doubt: &PackageDoubt) -> Finding {
    let PackageDoubt { package, path, .. } = doubt;
    let path_text = path.lossy();
    let (level, what) = match &doubt.kind {
        DoubtKind::RecordWritten => (
            Level::Suspicious,
            format!("{path_text} was written after package {package} was installed, when no package manager ran"),
        ),
        DoubtKind::RecordRemoved => (
            Level::Suspicious,
            format!("package {package} has a list of files ({path_text}), but the database does not name it"),
        ),
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
            (level, format!("{packages} packages, {package} the first, are not signed, {others}"))
        }
        DoubtKind::KeyOfThisHost { key, packages } => (
            Level::Note,
            format!("{packages} packages, {package} the first, are signed by a key that only this host knows: {key}"),
        ),
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
        DoubtKind::Overlaid => (
            Level::Compromised,
            format!("the record of package {package} says things again beside what its vendor signed"),
        ),
    };
    let finding = DETECTOR
        .finding(level, subject::file(path), what)
        .evidence("package", format!("{package} {}", doubt.version))
        .innocent("somebody repaired the database by hand, or restored it from a backup", false, "ask who did")
        .next("compare the package's files with the vendor's own, from another machine".to_owned());
    if doubt.when > 0 { finding.since(doubt.when) } else { finding }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_with};
    use keeneye_world::Plan;
    use keeneye_world::packages::Vendor;
    const NAME: &str = "integrity/package-record";
    /// SHA-256 of `real`.
    const REAL: &str = "aa33996d60e89311b4d1a920dae03c6d7fa3ae1956c52662e273aad4683e577f";

    /// Its vendor's procps 2 has that ps.
    fn vendor() -> Plan {
        let package = format!("package procps 2 amd64 {REAL}\n100755 root:root {REAL} - /usr/bin/ps\n");
        let vendor = Vendor { manifest: format!("keeneye-manifest 1\n{package}").into(), ..Vendor::default() };
        Plan { vendor: Some(vendor), ..Plan::default() }
    }

    #[test]
    fn a_list_of_digests_that_vouches_for_what_the_vendor_did_not_make() {
        let host = |content: &str| {
            format!("/usr/bin/ps = {content}\n/usr/bin/ps : mode=100755\npackage procps 2 owns /usr/bin/ps\n")
        };
        let text = "compromised: the list of digests of package procps was changed: it vouches for /usr/bin/ps, which is \
                    not the vendor's";
        check_with(NAME, &host("fake"), &vendor(), &[text]);
        check_with(NAME, &host("real"), &vendor(), &[]);
        check_with(NAME, &host("fake"), &Plan::default(), &[]);
        // The list tells it by itself.
        check_with(NAME, &format!("{}tampered /usr/bin/ps\n", host("real")), &vendor(), &[]);
    }
    #[test]
    fn a_list_of_files_that_has_more_than_the_package() {
        let host = "/usr/bin/ps = real\n/usr/bin/ps : mode=100755\npackage procps 2 owns ";
        let text =
            "suspicious: the list of files of package procps was changed: /usr/bin/kk is in no package of its vendor";
        check_with(NAME, &format!("{host}/usr/bin/ps,/usr/bin/kk\n"), &vendor(), &[text]);
        check_with(NAME, &format!("{host}/usr/bin/ps\n"), &vendor(), &[]);
    }

    #[test]
    fn a_list_of_digests_that_was_edited() {
        let host = "package procps 2 owns /usr/bin/ps\npackage grep 2 owns /usr/bin/grep\n\
                    /var/lib/dpkg/info/procps.list : changed=1600000000\n\
                    /var/lib/dpkg/info/grep.list : changed=1600000000\n\
                    /var/lib/dpkg/info/grep.md5sums : changed=1600000000\n";
        let text = "suspicious: /var/lib/dpkg/info/procps.md5sums was written after package procps was installed, when \
                    no package manager ran";
        check(NAME, &format!("{host}/var/lib/dpkg/info/procps.md5sums : changed=1600009999\n"), &[text]);
        check(NAME, &format!("{host}/var/lib/dpkg/info/procps.md5sums : changed=1600000001\n"), &[]);
    }
    #[test]
    fn a_package_that_was_taken_out_of_the_list() {
        let host = "package procps 2 owns /usr/bin/ps\n";
        let text = "suspicious: package gone has a list of files (/var/lib/dpkg/info/gone.list), but the database does \
                    not name it";
        check(NAME, &format!("{host}/var/lib/dpkg/info/gone.list = /usr/bin/gone\\n\n"), &[text]);
        check(NAME, &format!("{host}/var/lib/dpkg/info/procps.list = /usr/bin/ps\\n\n"), &[]);
    }
}
