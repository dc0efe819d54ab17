//! Files that no package owns, in directories that only packages fill.

use super::Wanted;
use crate::packages::Packages;
use crate::{EntryKind, Look};
use keeneye_facts::{Interest, Ownership, Text};
use std::collections::BTreeSet;

/// Directories of programs, helpers and headers. Those of libraries come besides.
const DIRS: [&str; 10] = [
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/games",
    "/usr/libexec",
    "/usr/include",
    "/usr/lib/udev",
    "/usr/lib/systemd",
    "/lib/udev",
];
/// Files that are looked at; more are told as a gap.
const MAX_STRAYS: usize = 2_000;

pub(super) fn look(look: &mut Look<'_>, wanted: &mut Wanted, packages: &mut Packages, libraries: &BTreeSet<Text>) {
    let dirs = DIRS.iter().filter_map(|dir| look.optional_resolve(&Text::from(*dir)));
    let dirs: BTreeSet<Text> = dirs.chain(libraries.iter().cloned()).collect();
    let mut count = 0;
    for dir in dirs {
        for entry in look.optional_list(&dir).unwrap_or_default() {
            let path = dir.join(&entry.name);
            let file = matches!(entry.kind, EntryKind::File | EntryKind::Unknown);
            if !file || packages.owner(look, &path, None) != Ownership::Unowned {
                continue;
            }
            count += 1;
            if count <= MAX_STRAYS {
                wanted.add(path, Interest::Stray);
            }
        }
    }
    if count > MAX_STRAYS {
        let why = keeneye_facts::Refusal::Cut(format!("{MAX_STRAYS} files"));
        look.gap(format!("{count} files of no package in packages' directories"), why);
    }
}
