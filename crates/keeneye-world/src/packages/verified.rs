//! Which files have the content of which their package keeps a digest.

use super::compare::{Listed, differing, dpkg_expects};
use super::index::Entry;
use super::{Expected, Packages, read};
use crate::Look;
use keeneye_facts::{Difference, Text};
use std::collections::BTreeSet;

/// Files that are asked for at once.
const AT_ONCE: usize = 16_384;

impl Packages {
    /// Of regular files at these resolved paths, those that a package keeps a digest of and that answered to it. What
    /// could not be read, what has no digest and what is of a half installed package is not among them.
    pub fn verified<'t>(&mut self, look: &mut Look<'_>, paths: impl Iterator<Item = &'t Text>) -> BTreeSet<Text> {
        let mut verified = BTreeSet::new();
        let mut paths = paths.peekable();
        while paths.peek().is_some() {
            let batch: Vec<Listed> =
                paths.by_ref().take(AT_ONCE).filter_map(|path| self.with_digest(look, path)).collect();
            verified.extend(as_expected(look, batch));
        }
        verified
    }

    fn with_digest(&mut self, look: &mut Look<'_>, path: &Text) -> Option<Listed> {
        let Entry { package: number, listed } = self.index.as_ref()?.find(path)?;
        let listed = listed.to_vec();
        let package = self.packages.get(number).filter(|package| package.is_present() && !package.in_transition())?;
        let absolute = [b"/", listed.as_slice()].concat();
        let conffile = package.conffiles.get(absolute.as_slice()).cloned();
        let expected = match self.files.get(&number) {
            Some(files) => Expected { path: path.clone(), ..files.find(&absolute)? },
            None => {
                let sums = self.sums_paths.get(number)?;
                let sums = self.sums.entry(number).or_insert_with(|| read::sums(look, sums)).as_ref();
                dpkg_expects(path.strip_prefix(b"/")?, &listed, sums, conffile.as_ref())
            }
        };
        let told = expected.digest.is_some() && !expected.role.ghost;
        told.then_some(Listed { package: number, expected, diverted: false })
    }
}

fn as_expected(look: &mut Look<'_>, batch: Vec<Listed>) -> BTreeSet<Text> {
    let mut verified: BTreeSet<Text> = batch.iter().map(|listed| listed.expected.path.clone()).collect();
    let mut answered = 0;
    for (listed, found) in differing(look, batch, &mut answered) {
        let of_content = |differs: &Difference| {
            use Difference::{Content, Kind, Link, Unlisted};
            matches!(differs, Content { .. } | Kind { .. } | Link { .. } | Unlisted)
        };
        let rights_only = found.is_ok_and(|actual| {
            actual.digest.is_some() && !listed.expected.differences(&actual).iter().any(of_content)
        });
        if !rights_only {
            verified.remove(&listed.expected.path);
        }
    }
    if answered == 0 { BTreeSet::new() } else { verified }
}
