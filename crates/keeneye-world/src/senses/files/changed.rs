//! What changed since the newest baseline, by what brought it about.

use crate::baseline::{Brought, Change, Changes, group};
use crate::packages::{Generators, Packages};
use crate::senses::Plan;
use crate::{Answer, Look, Question};
use keeneye_facts::{BaselineState, Difference, DigestCheck, Event, Ownership, PackageChange, Refusal, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Files that could not be read and are named.
const MAX_UNREAD: usize = 5;
const WHAT: &str = "what changed since the baseline";

/// `differing` are the files that are not as their packages say; `None` when nobody compared.
pub(super) fn look(look: &mut Look<'_>, packages: &mut Packages, differing: &Option<Vec<PackageChange>>, plan: &Plan) {
    if !plan.baseline || plan.quick {
        return;
    }
    let changes = match look.ask(&Question::Changes, WHAT) {
        Some(Answer::Changes(changes)) => *changes,
        Some(other) => {
            look.misfit(WHAT, &other);
            return look.saw(Event::BaselineLooked(BaselineState::Unusable));
        }
        None => return look.saw(Event::BaselineLooked(BaselineState::Unusable)),
    };
    gaps(look, &changes);
    let made = changes.baseline.as_ref().map(|seen| seen.made);
    let state = match changes.baseline {
        Some(seen) => BaselineState::Compared(Box::new(seen)),
        None if changes.doubts.is_empty() => BaselineState::None,
        None => BaselineState::Unusable,
    };
    look.saw(Event::BaselineLooked(state));
    for doubt in changes.doubts {
        look.saw(Event::BaselineDoubtSeen(doubt));
    }
    let Some(made) = made else { return };
    let mut dealings = packages.dealings(look, &changes.changes, made);
    dealings.not_compared = differing.is_none();
    let generators = Generators::of(look, packages);
    let content = differing.as_ref().map(|differing| {
        let is_file = |change: &&Change| change.after.as_ref().is_some_and(|after| after.is_regular());
        let verified = packages.verified(look, changes.changes.iter().filter(is_file).map(Change::path));
        Compared { differs: contents(differing), verified }
    });
    let mut brought = |change: &Change| {
        let generator = generators.maker(packages, change);
        Brought { owner: owner(look, packages, content.as_ref(), &dealings.doubted, change), generator }
    };
    for group in group(changes.changes, &dealings, &mut brought) {
        look.saw(Event::ChangesSeen(Box::new(group)));
    }
}

fn gaps(look: &mut Look<'_>, changes: &Changes) {
    if changes.baseline.is_none() && !changes.doubts.is_empty() {
        look.gap(WHAT, Refusal::Garbled("no baseline can be used".into()));
    }
    if let Some(limit) = &changes.cut {
        look.gap("files that changed since the baseline, beyond where this walk ended", Refusal::Cut(limit.clone()));
    }
    if let Some(limit) = &changes.baseline_cut {
        look.gap("files beyond where the walk of the baseline ended", Refusal::Cut(limit.clone()));
    }
    for (path, errno) in changes.unread.iter().take(MAX_UNREAD) {
        look.gap([b"content of ", path.as_slice()].concat(), Refusal::Errno(*errno));
    }
    let more = changes.unread_count.saturating_sub(changes.unread.len().min(MAX_UNREAD) as u64);
    if let Some((_, errno)) = changes.unread.last().filter(|_| more > 0) {
        look.gap(format!("content of {more} more files"), Refusal::Errno(*errno));
    }
    let only_counted = changes.baseline.as_ref().map_or(0, |seen| seen.only_counted);
    if only_counted > 0 {
        look.gap(format!("{only_counted} more changes since the baseline"), Refusal::Cut("they were counted".into()));
    }
}

/// What the packages' digests say of files.
struct Compared<'a> {
    /// Of those that they disagree with.
    differs: BTreeMap<&'a Text, DigestCheck>,
    /// Those that they agree with.
    verified: BTreeSet<Text>,
}

fn contents(differing: &[PackageChange]) -> BTreeMap<&Text, DigestCheck> {
    let content = |change: &PackageChange| {
        change.differs.iter().find_map(|difference| match difference {
            Difference::Content { expected, found } => {
                Some(DigestCheck::Differs { expected: expected.clone(), found: found.clone() })
            }
            Difference::Kind { .. } | Difference::Link { .. } => {
                Some(DigestCheck::Differs { expected: String::new(), found: String::new() })
            }
            Difference::Unlisted => Some(DigestCheck::NotListed),
            _ => None,
        })
    };
    differing.iter().filter_map(|change| Some((&change.path, content(change)?))).collect()
}

fn owner(
    look: &mut Look<'_>,
    packages: &mut Packages,
    content: Option<&Compared<'_>>,
    doubted: &BTreeSet<String>,
    change: &Change,
) -> Ownership {
    let mut owner = packages.owner(look, change.path(), None);
    if let (Ownership::Owned { package, digest, .. }, Some(content)) = (&mut owner, content) {
        *digest = match content.differs.get(change.path()) {
            Some(differs) => differs.clone(),
            // Whoever edits a record lets it agree with his file.
            None if doubted.contains(package) => DigestCheck::NotChecked,
            None if content.verified.contains(change.path()) => DigestCheck::Matches,
            None => DigestCheck::NotChecked,
        };
    }
    owner
}
