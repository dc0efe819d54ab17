//! What a package manager explains: its own records changed, and a file is as they say or was made beside.

use super::{Aspect, Cause, Change, Entry, Weight, weight};
use crate::place;
use keeneye_facts::{Ownership, Text};
use std::collections::BTreeSet;

const DPKG: &str = "/var/lib/dpkg/info";
/// rpm, apk, pacman.
const DATABASES: [&str; 6] = [
    "/var/lib/rpm",
    "/usr/lib/sysimage/rpm",
    "/lib/apk/db",
    "/usr/lib/apk/db",
    "/var/lib/pacman/local",
    "/usr/lib/pacman/local",
];
/// Seconds before a record is written in which its package is unpacked, and after it in which scripts and triggers run.
const BEFORE: i64 = 120;
const AFTER: i64 = 300;
/// Trees that belong to the kernel and the boot loader: packages' scripts copy and index what is in them.
const MADE: [&str; 3] = ["/boot", "/lib/modules", "/usr/lib/modules"];

/// The records of package managers among the changes.
pub(super) struct Records {
    /// Packages of dpkg whose own files below /var/lib/dpkg/info changed, and that nothing speaks against.
    packages: BTreeSet<Vec<u8>>,
    /// A database that holds all packages changed.
    whole: bool,
    /// Some record is gone.
    removed: bool,
    /// When records were written, in seconds since 1970; sorted.
    written: Vec<i64>,
}

impl Records {
    pub(super) fn of(changes: &[Change], doubted: &BTreeSet<String>) -> Self {
        let of_dpkg = |change: &Change| change.path().is_within(DPKG).then(|| package_of_record(change.path()))?;
        let trusted = |name: &Vec<u8>| !doubted.iter().any(|doubted| doubted.as_bytes() == name);
        let is_record = |change: &&Change| change.path().is_within(DPKG) || in_database(change.path());
        let records = || changes.iter().filter(is_record);
        let mut written: Vec<i64> = records()
            .filter(|change| package_of_record(change.path()).is_none_or(|name| trusted(&name)))
            .filter_map(|change| change.after.as_ref())
            .filter(|entry| entry.is_regular())
            .map(|entry| entry.changed.seconds)
            .collect();
        written.sort_unstable();
        Self {
            packages: changes.iter().filter_map(of_dpkg).filter(trusted).collect(),
            whole: changes.iter().any(|change| in_database(change.path())),
            removed: records().any(|change| change.is(Aspect::Removed)),
            written,
        }
    }

    /// The cause, when it has to do with packages, or lies deeper than any.
    pub(super) fn explain(&self, change: &Change) -> Option<Cause> {
        if change.is(Aspect::ContentOnly) {
            return Some(Cause::Silent);
        }
        if in_database(change.path()) || change.path().is_within(DPKG) {
            return Some(Cause::Records);
        }
        if self.packages.is_empty() && !self.whole {
            return None;
        }
        if let Ownership::Owned { package, .. } = &change.owner {
            let changed = self.whole || self.packages.contains(package.as_bytes());
            // A package that is still there does not take its own files away.
            let as_brought = change.after.is_some() && !change.owner.is_changed();
            return (changed && as_brought).then(|| Cause::Package(package.clone()));
        }
        self.is_made_beside(change).then_some(Cause::PackageRun)
    }

    /// Made, changed or taken away while packages were, and nothing that could run by itself: whoever waits for a run
    /// to hide in it gains nothing.
    fn is_made_beside(&self, change: &Change) -> bool {
        let in_time = match &change.after {
            Some(after) => self.near(after.changed.seconds),
            None => self.removed || !self.written.is_empty(),
        };
        in_time && change.after.as_ref().map_or(place_of_packages(change.path()), is_harmless)
    }

    fn near(&self, time: i64) -> bool {
        let from = time.saturating_sub(AFTER);
        let first = self.written.partition_point(|written| *written < from);
        self.written.get(first).is_some_and(|written| *written <= time.saturating_add(BEFORE))
    }
}

/// A package that is gone no longer says what was its own.
fn place_of_packages(path: &Text) -> bool {
    place::is_packaged(path) || ["/etc", "/var"].iter().any(|dir| path.is_within(dir))
}

/// Indexes, settings, directories, and links to what packages brought.
fn is_harmless(entry: &Entry) -> bool {
    if entry.is_dir() {
        return true;
    }
    if entry.is_link() {
        let target = entry.target.as_ref().map(|target| place::led_to(&entry.path, target));
        let theirs = |target: &Text| place::is_packaged(target) || target.is_within("/etc") || target == "/dev/null";
        return target.is_some_and(|target| theirs(&target));
    }
    if !entry.is_regular() || entry.gives_rights() {
        return false;
    }
    let made = MADE.iter().any(|dir| entry.path.is_within(dir));
    made || !entry.is_executable() && matches!(weight::of_entry(entry), Weight::Other | Weight::Settings)
}

fn in_database(path: &Text) -> bool {
    DATABASES.iter().any(|dir| path.is_within(dir))
}

/// `bash` of `/var/lib/dpkg/info/bash.md5sums`, `libc6` of `libc6:amd64.list`.
fn package_of_record(path: &Text) -> Option<Vec<u8>> {
    let name: &[u8] = path.file_name();
    let stem = name.rsplitn(2, |byte| *byte == b'.').nth(1)?;
    Some(stem.split(|byte| *byte == b':').next()?.to_vec())
}
