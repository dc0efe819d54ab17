//! Files that are not as their packages say.

use super::Wanted;
use crate::packages::{Names, Packages};
use crate::senses::Plan;
use crate::{Look, World};
use keeneye_facts::{Difference, Event, Interest, PackageChange, Text};

/// Files that are looked at closer because their content differs.
const MAX_LOOKED_AT: usize = 1_000;

/// `None` when nobody compared.
pub(super) fn look(
    look: &mut Look<'_>,
    wanted: &mut Wanted,
    packages: &Packages,
    world: &World,
    plan: &Plan,
) -> Option<Vec<PackageChange>> {
    if plan.quick || plan.without_packages || plan.only_accounts {
        return None;
    }
    let changes = packages.compare(look, Names { accounts: &world.accounts, groups: &world.groups });
    let differs = |change: &&PackageChange| {
        let content = |d: &Difference| matches!(d, Difference::Content { .. } | Difference::Unlisted);
        !change.config && !change.doc && change.differs.iter().any(content)
    };
    let closer = changes.iter().filter(differs).map(|change| change.path.clone());
    for path in look.first(&Text::from("files that differ from their packages"), closer, MAX_LOOKED_AT, "files") {
        wanted.add_resolved(look, &path, Interest::Differs);
    }
    for change in &changes {
        look.saw(Event::PackageChangeSeen(Box::new(change.clone())));
    }
    Some(changes)
}
