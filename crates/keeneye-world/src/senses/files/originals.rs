//! Shells and interpreters that programs of no package may be copies of: one that gives its caller rights makes root of
//! anybody, whatever it is called. They are looked at only where such a program was found.

use super::Wanted;
use crate::packages::Packages;
use crate::{Look, languages};
use keeneye_facts::{Interest, Ownership, Text};
use std::collections::BTreeSet;

/// Where packages put them.
const DIRS: [&str; 2] = ["/bin", "/usr/bin"];
/// Files that hold a shell besides other commands.
const MULTICALL: [&[u8]; 3] = [b"busybox", b"busybox.static", b"toybox"];
/// Interpreters that are digested; some hosts have many versions of each.
const MAX: usize = 40;

pub(super) fn of(look: &mut Look<'_>, wanted: &mut Wanted, packages: &mut Packages) {
    let privileged = wanted.files.iter().filter(|(_, why)| why.contains(&Interest::Privileged)).map(|(path, _)| path);
    let privileged: Vec<Text> = privileged.cloned().collect();
    if !privileged.iter().any(|path| packages.owner(look, path, None) == Ownership::Unowned) {
        return;
    }
    let mut originals = BTreeSet::new();
    for dir in DIRS.iter().filter_map(|dir| look.optional_resolve(&Text::from(*dir))).collect::<BTreeSet<_>>() {
        for entry in look.optional_list(&dir).unwrap_or_default() {
            let takes_code = languages::is_interpreter(&entry.name) || MULTICALL.contains(&entry.name.as_slice());
            let path = takes_code.then(|| look.resolve_if_there(&dir.join(&entry.name))).flatten();
            originals.extend(path);
        }
    }
    for path in look.first(&Text::from("interpreters"), originals, MAX, "programs") {
        wanted.add(path, Interest::Original);
    }
}
