//! Directories that mechanisms read.

use crate::{EntryKind, Look, World};
use keeneye_facts::{FileStat, Refusal, Text};
use std::collections::BTreeSet;

/// Files that are read of one directory.
const MAX_FILES: usize = 5_000;
/// Homes that are looked into.
const MAX_HOMES: usize = 2_000;

/// A regular file of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its path as it lies in the directory, links of directories resolved.
    pub(super) path: Text,
    /// Where it leads, symbolic links resolved: the same but for links.
    pub(super) target: Text,
    /// `lstat` of what it leads to.
    pub(super) stat: FileStat,
}

impl Place {
    /// Its name in the directory.
    pub(super) fn name(&self) -> Text {
        Text::from(self.path.file_name())
    }
}

/// Regular files of a directory that need not be there, and links to such, in order of name.
pub(super) fn files(look: &mut Look<'_>, dir: &str) -> Vec<Place> {
    files_of(look, &Text::from(dir))
}

/// The same.
pub(super) fn files_of(look: &mut Look<'_>, dir: &Text) -> Vec<Place> {
    let Some(dir) = look.optional_resolve(dir) else { return Vec::new() };
    let mut names = look.optional_list(&dir).unwrap_or_default();
    names.retain(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Link | EntryKind::Unknown));
    if names.len() > MAX_FILES {
        look.gap(dir.clone(), Refusal::Cut(format!("{MAX_FILES} files a directory")));
        names.truncate(MAX_FILES);
    }
    names.iter().filter_map(|entry| file(look, &dir.join(&entry.name))).collect()
}

/// One file that need not be there, when it is regular or leads to one.
pub(super) fn file(look: &mut Look<'_>, path: &Text) -> Option<Place> {
    let target = look.resolve_if_there(path)?;
    let stat = look.optional_stat(&target).filter(FileStat::is_regular)?;
    Some(Place { path: path.clone(), target, stat })
}

/// A directory, as far as the directory above tells; links are none.
pub(super) fn is_dir(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Dir | EntryKind::Unknown)
}

/// Homes of all accounts that have one, each once.
pub(super) fn homes(world: &World) -> Vec<Text> {
    let homes: BTreeSet<&Text> = world.accounts.iter().map(|account| &account.home).collect();
    let real = homes.into_iter().filter(|home| home.starts_with(b"/") && home.len() > 1);
    real.take(MAX_HOMES).cloned().collect()
}

/// The name of the account with this id; the number where passwd does not know it.
pub(super) fn user(world: &World, uid: u32) -> Text {
    let known = world.accounts.iter().find(|account| account.uid == uid);
    known.map_or_else(|| Text::from(uid.to_string()), |account| account.name.clone())
}
