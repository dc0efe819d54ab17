//! What tells that somebody edited dpkg's own records.

use super::runs::Runs;
use super::{Packages, read};
use crate::{AskHost, Look};
use keeneye_facts::{DoubtKind, Event, PackageDoubt, Text};
use std::collections::BTreeSet;

/// Doubts that are told.
const MAX_DOUBTS: usize = 100;

/// Looks at the times of all lists of digests, and for lists of packages that `status` does not name.
pub(super) fn doubts(look: &mut Look<'_>, packages: &Packages, runs: &Runs) {
    let mut doubts = written(look, packages, runs);
    doubts.extend(removed(look, packages));
    doubts.extend(added(look, packages));
    let place = Text::from("records of packages that do not hold together");
    for doubt in look.first(&place, doubts, MAX_DOUBTS, "packages") {
        look.saw(Event::PackageDoubtSeen(Box::new(doubt)));
    }
}

/// dpkg writes all of a package's record at once: a list of digests that is younger than all else was written by
/// somebody else.
fn written(look: &Look<'_>, packages: &Packages, runs: &Runs) -> Vec<PackageDoubt> {
    let doubt = |(number, path): (usize, &Text)| {
        let package = packages.packages.get(number)?;
        let changed = look.host().stat(path).ok()?.changed;
        runs.is_alone(number, changed).then(|| PackageDoubt {
            package: package.name.clone(),
            version: package.version.clone(),
            kind: DoubtKind::RecordWritten,
            path: path.clone(),
            when: changed,
        })
    };
    packages.sums_paths.iter().enumerate().filter_map(doubt).collect()
}

/// Files that the host's list of a package has, and the package of its vendor has not.
fn added(look: &Look<'_>, packages: &Packages) -> Vec<PackageDoubt> {
    let doubt = |(number, paths): (&usize, &Vec<Text>)| {
        let (package, first) = (packages.packages.get(*number)?, paths.first()?);
        let files = u32::try_from(paths.len()).unwrap_or(u32::MAX);
        Some(PackageDoubt {
            package: package.name.clone(),
            version: package.version.clone(),
            kind: DoubtKind::FilesAdded { files },
            path: first.clone(),
            when: look.host().stat(first).map_or(0, |stat| stat.changed),
        })
    };
    packages.vendors.iter().filter_map(doubt).collect()
}

/// `NAME.list` without a paragraph in `status`: dpkg removes both together.
fn removed(look: &mut Look<'_>, packages: &Packages) -> Vec<PackageDoubt> {
    // Before a list is moved into place dpkg writes `status`, and then its journal.
    if packages.packages.is_empty() || packages.is_busy(look) {
        return Vec::new();
    }
    let known: BTreeSet<&str> = packages.packages.iter().map(|package| package.name.as_str()).collect();
    let lists = read::lists(look);
    let unknown = lists.into_iter().filter(|(name, _)| !known.contains(name.as_str()));
    let doubt = |(package, path): (String, Text)| {
        let when = look.host().stat(&path).map_or(0, |stat| stat.changed);
        PackageDoubt { package, version: String::new(), kind: DoubtKind::RecordRemoved, path, when }
    };
    unknown.map(doubt).collect()
}
