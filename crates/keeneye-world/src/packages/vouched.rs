//! Which changed files the host's own records vouch for: whoever changed the file changed the record too.

use super::compare::{Listed, differing, dpkg_expects};
use super::{Actual, Packages, read};
use crate::{AskHost, Look};
use bstr::ByteSlice;
use keeneye_facts::{Difference, DoubtKind, Event, PackageDoubt, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Of files that are not the vendor's, those that dpkg's list of digests on this host says to be as they came. Tells the
/// packages.
pub(super) fn by_the_host(
    look: &mut Look<'_>,
    packages: &Packages,
    changed: &[(Listed, Option<Actual>)],
) -> BTreeSet<Text> {
    let mut by_package: BTreeMap<usize, Vec<(&Text, &Actual)>> = BTreeMap::new();
    for (Listed { package, expected, .. }, actual) in changed {
        let Some(actual) = actual.as_ref().filter(|_| packages.vendors.contains_key(package)) else { continue };
        let content = |differs: &Difference| matches!(differs, Difference::Content { .. });
        if !expected.role.config && expected.differences(actual).iter().any(content) {
            by_package.entry(*package).or_default().push((&expected.path, actual));
        }
    }
    let mut vouched = BTreeSet::new();
    for (number, files) in by_package {
        let found = of_package(look, packages, number, &files);
        tell(look, packages, number, files.into_iter().filter(|(path, _)| found.contains(*path)).collect());
        vouched.extend(found);
    }
    vouched
}

fn of_package(look: &mut Look<'_>, packages: &Packages, number: usize, files: &[(&Text, &Actual)]) -> BTreeSet<Text> {
    let sums = packages.sums_paths.get(number).and_then(|path| read::sums(look, path));
    let (Some(sums), Some(index)) = (sums, &packages.index) else { return BTreeSet::new() };
    let said = |(path, _): &(&Text, &Actual)| {
        let entry = index.find(path).filter(|entry| entry.package == number)?;
        let expected = dpkg_expects(path.strip_prefix(b"/")?, entry.listed, Some(&sums), None);
        expected.digest.is_some().then_some(Listed { package: number, expected, diverted: false })
    };
    let batch: Vec<Listed> = files.iter().filter_map(said).collect();
    let mut vouched: BTreeSet<Text> = batch.iter().map(|listed| listed.expected.path.clone()).collect();
    // It was counted when it was compared with the vendor's.
    for (listed, _) in differing(look, batch, &mut 0) {
        vouched.remove(&listed.expected.path);
    }
    vouched
}

fn tell(look: &mut Look<'_>, packages: &Packages, number: usize, files: Vec<(&Text, &Actual)>) {
    let (Some(package), Some(path)) = (packages.packages.get(number), packages.sums_paths.get(number)) else { return };
    let Some((first, _)) = files.first() else { return };
    look.saw(Event::PackageDoubtSeen(Box::new(PackageDoubt {
        package: package.name.clone(),
        version: package.version.clone(),
        kind: DoubtKind::DigestsForged {
            files: u32::try_from(files.len()).unwrap_or(u32::MAX),
            first: (*first).clone(),
            code: files.iter().any(|(path, actual)| actual.stat.executable() || path.contains_str(".so")),
        },
        path: path.clone(),
        when: look.host().stat(path).map_or(0, |stat| stat.changed),
    })));
}
