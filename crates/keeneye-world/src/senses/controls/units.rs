//! Units that are masked (a link to /dev/null in /etc/systemd/system) though their package's file lies there and a link
//! of a target still wants them: systemctl(1), `mask`.

use super::saw;
use crate::{EntryKind, Look};
use keeneye_facts::{ControlOff, ControlOffKind, Text};
use std::collections::BTreeSet;

const SYSTEM: &str = "/etc/systemd/system";
/// Where packages' units lie.
const PACKAGED: [&str; 2] = ["/usr/lib/systemd/system", "/lib/systemd/system"];
/// Entries of one directory.
const MAX_ENTRIES: usize = 5_000;

pub(super) fn look(look: &mut Look<'_>) {
    let dir = Text::from(SYSTEM);
    let Some(entries) = look.optional_list(&dir) else { return };
    let mut wanted: Option<BTreeSet<Text>> = None;
    let links = entries.iter().filter(|entry| entry.kind == EntryKind::Link);
    for entry in look.first(&dir, links, MAX_ENTRIES, "links") {
        let path = dir.join(&entry.name);
        if !entry.name.ends_with(b".service") || look.optional_link(&path).is_none_or(|target| target != "/dev/null") {
            continue;
        }
        let wanted = wanted.get_or_insert_with(|| wanted_units(look, &dir, &entries));
        if !wanted.contains(&entry.name) {
            continue;
        }
        if let Some(unit) = PACKAGED.iter().find_map(|dir| look.optional_resolve(&Text::from(*dir).join(&entry.name))) {
            let (kind, control) = (ControlOffKind::Masked, entry.name.clone());
            look.saw(keeneye_facts::Event::FileWanted {
                path: unit.clone(),
                interest: keeneye_facts::Interest::Setting,
            });
            saw(look, ControlOff { kind, path, line: None, control, setting: unit });
        }
    }
}

fn wanting(look: &mut Look<'_>, dir: &Text, entries: &[crate::DirEntry]) -> Vec<Text> {
    let dirs = entries.iter().filter(|entry| entry.name.ends_with(b".wants") || entry.name.ends_with(b".requires"));
    let dirs = look.first(dir, dirs, MAX_ENTRIES, "directories of links");
    dirs.into_iter().map(|entry| dir.join(&entry.name)).collect()
}

/// Names of the links below `*.wants` and `*.requires`, of the admin's and of packages.
fn wanted_units(look: &mut Look<'_>, dir: &Text, entries: &[crate::DirEntry]) -> BTreeSet<Text> {
    let mut dirs = wanting(look, dir, entries);
    let packaged = Text::from(PACKAGED.first().copied().unwrap_or_default());
    let theirs = look.optional_list(&packaged).unwrap_or_default();
    dirs.extend(wanting(look, &packaged, &theirs));
    let names = dirs.iter().flat_map(|dir| look.optional_list(dir).unwrap_or_default());
    names.map(|entry| entry.name).collect()
}
