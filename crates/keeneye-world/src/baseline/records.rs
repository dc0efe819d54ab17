//! What a package manager explains: its own records changed, and a file is as they say or was made beside.

use super::{Aspect, Cause, Change, Dealings, Entry, Generator, Weight, weight};
use crate::place;
use keeneye_facts::{Ownership, Text};
use std::collections::{BTreeMap, BTreeSet};

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

/// The records of package managers among the changes.
pub(super) struct Records<'a> {
    dealings: &'a Dealings,
    /// Packages of dpkg whose own files below /var/lib/dpkg/info changed, and that nothing speaks against.
    packages: BTreeSet<Vec<u8>>,
    /// A database that holds all packages changed.
    whole: bool,
    /// Some record changed.
    is_any: bool,
    /// Some record is gone.
    removed: bool,
    /// When records were written and packages put in place, in seconds since 1970; sorted.
    written: Vec<i64>,
    /// When inputs of generators changed, by the generator's name.
    inputs: BTreeMap<&'static str, Vec<i64>>,
}

impl<'a> Records<'a> {
    pub(super) fn of(changes: &[Change], dealings: &'a Dealings, generators: &[Option<Generator>]) -> Self {
        let doubted = &dealings.doubted;
        let of_dpkg = |change: &Change| change.path().is_within(DPKG).then(|| package_of_record(change.path()))?;
        let trusted = |name: &Vec<u8>| !doubted.iter().any(|doubted| doubted.as_bytes() == name);
        let records = || changes.iter().filter(|change| is_record(change.path()));
        let mut written: Vec<i64> = records()
            .filter(|change| package_of_record(change.path()).is_none_or(|name| trusted(&name)))
            .filter_map(|change| change.after.as_ref())
            .filter(|entry| entry.is_regular())
            .map(|entry| entry.changed.seconds)
            .chain(dealings.runs.iter().copied())
            .collect();
        written.sort_unstable();
        Self {
            dealings,
            packages: changes.iter().filter_map(of_dpkg).filter(trusted).collect(),
            whole: changes.iter().any(|change| in_database(change.path())),
            is_any: records().next().is_some(),
            removed: records().any(|change| change.is(Aspect::Removed)),
            written,
            inputs: inputs(changes, generators),
        }
    }

    /// The cause, when it has to do with packages, or lies deeper than any.
    pub(super) fn explain(&self, change: &Change, generator: Option<Generator>) -> Option<Cause> {
        if change.is(Aspect::ContentOnly) {
            return Some(Cause::Silent);
        }
        if is_record(change.path()) {
            return Some(Cause::Records);
        }
        if let Ownership::Owned { package, .. } = &change.owner {
            let changed = self.whole || self.packages.contains(package.as_bytes());
            // A package that is still there does not take its own files away.
            let after = change.after.as_ref()?;
            let is_told = !after.is_regular() || self.dealings.not_compared || change.owner.is_intact();
            if is_told || !change.owner.is_owned_unchanged() || self.dealings.doubted.contains(package) {
                let as_brought = is_told && change.owner.is_owned_unchanged();
                return (changed && as_brought).then(|| Cause::Package(package.clone()));
            }
            // Its package brought no content for it.
        }
        match generator.filter(|generator| self.is_generated(change, generator)) {
            Some(generator) => Some(Cause::Generated(generator.name.into())),
            None => self.is_made_beside(change).then_some(Cause::PackageRun),
        }
    }

    /// Made in the minutes of a run, or soon after something that it is made of changed.
    fn is_generated(&self, change: &Change, generator: &Generator) -> bool {
        let Some(after) = &change.after else { return self.removed };
        let made = after.changed.seconds;
        let soon_after = |input: &i64| (*input..=input.saturating_add(AFTER)).contains(&made);
        self.near(made) || self.inputs.get(generator.name).is_some_and(|inputs| inputs.iter().any(soon_after))
    }

    /// Made, changed or taken away while packages were, and nothing that could run by itself: whoever waits for a run
    /// to hide in it gains nothing.
    fn is_made_beside(&self, change: &Change) -> bool {
        match &change.after {
            Some(after) => self.near(after.changed.seconds) && is_harmless(after),
            None => (self.removed || self.is_any) && place_of_packages(change.path()),
        }
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
    !entry.is_executable() && matches!(weight::of_entry(entry), Weight::Other | Weight::Settings)
}

/// When what generators are made of changed.
fn inputs(changes: &[Change], generators: &[Option<Generator>]) -> BTreeMap<&'static str, Vec<i64>> {
    let mut inputs = BTreeMap::new();
    for generator in generators.iter().flatten().filter(|generator| !generator.inputs.is_empty()) {
        let of = |change: &&Change| generator.inputs.iter().any(|input| change.path().is_within(input));
        let times = || changes.iter().filter(of).filter_map(|change| Some(change.after.as_ref()?.changed.seconds));
        inputs.entry(generator.name).or_insert_with(|| times().collect());
    }
    inputs
}

fn is_record(path: &Text) -> bool {
    path.is_within(DPKG) || in_database(path)
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
