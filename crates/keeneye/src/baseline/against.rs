//! The host as it is now against a baseline.

use super::{Here, ONE_IN, by_name, learn};
use anyhow::{Context, Result};
use keeneye_live::{Before, Inventory, Taken};
use keeneye_world::baseline::{Brought, Change, ChangeGroup, Class, Differ, End, Header, Reader, group};
use keeneye_world::packages::{Generators, Packages};
use keeneye_world::{AskHost, Look};

/// Changes that are kept one by one; further ones are counted.
const MAX_CHANGES: usize = 50_000;
/// Files whose digest is asked for, to hold it against the package's.
const MAX_DIGESTS: usize = 20_000;

/// Changes of a comparison.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) changes: Vec<Change>,
    /// How many more there are.
    pub(super) more: u64,
}

impl Collected {
    pub(super) fn push(&mut self, change: Change) {
        if self.changes.len() < MAX_CHANGES {
            self.changes.push(change);
        } else {
            self.more += 1;
        }
    }
}

/// What a comparison found.
pub(super) struct Compared {
    pub(super) changes: Collected,
    pub(super) taken: Taken,
    pub(super) header: Header,
    /// The end of the baseline, which was reached: it is whole.
    pub(super) end: End,
    /// Why all was read, if it was for a reason.
    pub(super) doubt: Option<&'static str>,
}

/// Walks, and holds what is found against a baseline.
pub(super) fn compare(here: &Here, name: &str, full: bool) -> Result<Compared> {
    let unusable = || format!("cannot use baseline {name}");
    let open = || -> Result<_> { Reader::new(by_name(name, &here.baselines)?).with_context(unusable) };
    let (entries, old) = (open()?, open()?);
    let header = old.header().clone();
    let doubt = here.doubt(&header);
    let one_in = if full || doubt.is_some() { 1 } else { ONE_IN };
    let before = Before { entries: Box::new(entries), made: header.made, one_in, seed: keeneye_live::random_seed() };
    let mut changes = Collected::default();
    let mut differ = Differ::new(old, &here.policy).with_context(unusable)?;
    let inventory = Inventory { roots: &header.roots, policy: &here.policy, before: Some(before) };
    let mut tell = |entry| differ.after(entry, &mut |change| changes.push(change));
    let taken = here.live.inventory(inventory, &mut tell).map_err(learn::plainly)?;
    let old = differ.finish(taken.cut.is_some(), &mut |change| changes.push(change)).with_context(unusable)?;
    let end = old.end().cloned().with_context(unusable)?;
    Ok(Compared { changes, taken, header, end, doubt })
}

/// Puts changes together, by the packages that the host has now and what their records tell. `made` is when the
/// baseline was, in seconds since 1970.
pub(super) fn grouped(here: &Here, changes: Collected, made: i64) -> Vec<ChangeGroup> {
    if changes.changes.is_empty() {
        return Vec::new();
    }
    let mut look = Look::new(&here.live, "baseline");
    let mut packages = Packages::read(&mut look, i64::MAX, &[], None);
    packages.doubt(&mut look);
    let dealings = packages.dealings(&mut look, &changes.changes, made);
    let generators = Generators::of(&mut look, &packages);
    let mut digests = 0;
    let mut brought = |change: &Change| {
        let path = change.path();
        let is_content = change.class != Class::Changes && change.after.as_ref().is_some_and(|e| e.is_regular());
        let doubted = |package: &str| dealings.doubted.contains(package);
        let has_word = packages.package_of(path).is_some_and(|package| !doubted(package));
        let digest = match is_content && digests < MAX_DIGESTS && has_word {
            true => {
                digests += 1;
                here.live.digest(path).ok()
            }
            false => None,
        };
        let generator = generators.maker(&packages, change);
        Brought { owner: packages.owner(&mut look, path, digest.as_ref()), generator }
    };
    group(changes.changes, &dealings, &mut brought)
}
