//! The host as it is now against a baseline.

use super::{Here, ONE_IN, by_name, learn};
use anyhow::{Context, Result};
use keeneye_facts::Ownership;
use keeneye_live::{Before, Inventory, Taken};
use keeneye_world::baseline::{Change, Class, Differ, Group, Header, Owned, Reader, group};
use keeneye_world::packages::Packages;
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

/// Walks, and holds what is found against a baseline. Also tells why all was read, if it was for a reason.
pub(super) fn compare(here: &Here, name: &str, full: bool) -> Result<(Collected, Taken, Header, Option<&'static str>)> {
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
    differ.finish(taken.cut.is_some(), &mut |change| changes.push(change)).with_context(unusable)?;
    Ok((changes, taken, header, doubt))
}

/// Puts changes together, by the packages that the host has now.
pub(super) fn grouped(here: &Here, changes: Collected) -> Vec<Group> {
    let mut look = Look::new(&here.live, "baseline");
    let mut packages = Packages::read(&mut look, i64::MAX, &[], None);
    let mut digests = 0;
    let mut owner = |change: &Change| {
        let path = change.path();
        let package = packages.package_of(path)?.to_owned();
        let is_content = change.class != Class::Changes && change.after.as_ref().is_some_and(|e| e.is_regular());
        if !is_content || digests >= MAX_DIGESTS {
            return Some(Owned { package, intact: None });
        }
        digests += 1;
        let digest = here.live.digest(path).ok();
        let intact = match packages.owner(&mut look, path, digest.as_ref()) {
            Ownership::Owned { digest: keeneye_facts::DigestCheck::Matches, .. } => Some(true),
            Ownership::Owned { digest: keeneye_facts::DigestCheck::Differs { .. }, .. } => Some(false),
            _ => None,
        };
        Some(Owned { package, intact })
    };
    group(changes.changes, &mut owner)
}
