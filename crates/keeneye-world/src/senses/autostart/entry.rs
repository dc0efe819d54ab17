//! Telling an entry: the fact itself, and which files are to be looked at because of it.

use crate::{Answer, EntryKind, Look, Question, place};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, Event, Interest, Text};
use std::collections::BTreeSet;

/// Bytes of a command that are kept.
const MAX_COMMAND: usize = 4096;
/// Programs of one entry that are looked at.
const MAX_PROGRAMS: usize = 50;
/// Libraries of one directory that are looked at.
const MAX_LIBRARIES: usize = 100;
/// Where commands without a directory are searched when nobody says otherwise: systemd's and login's order.
const SEARCH_PATH: &[u8] = b"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Directories that a set of tools consists of.
const TOOLS: [&[u8]; 8] =
    [b"bin", b"sbin", b"lib", b"libexec", b"shims", b"versions", b"node_modules", b"site-packages"];
/// Names from which on a hidden directory holds a set of scripts.
const SET: usize = 4;
/// Directories of one search path.
const MAX_DIRS: usize = 32;

/// Tells an entry. `named` are the programs that it names, as paths or as bare names of commands; `entry.programs` is
/// made from them. The file that the entry stands in and every program are looked at later.
pub(super) fn saw(look: &mut Look<'_>, entry: Autostart, named: impl IntoIterator<Item = Text>) {
    saw_with(look, entry, named, None);
}

/// The same where the entry has a search path of its own.
pub(super) fn saw_with(
    look: &mut Look<'_>,
    entry: Autostart,
    named: impl IntoIterator<Item = Text>,
    search_path: Option<&Text>,
) {
    let named: BTreeSet<Text> = named.into_iter().collect();
    let named = look.first(&entry.path, named, MAX_PROGRAMS, "programs of one entry");
    let path = search_path.map_or(SEARCH_PATH, Text::as_slice);
    let found = named.into_iter().filter_map(|name| {
        let path = if name.contains(&b'/') { name } else { searched(look, &name, path)? };
        Some(look.resolve_if_there(&path).unwrap_or(path))
    });
    let mut programs: BTreeSet<Text> = found.collect();
    programs.extend(libraries(look, &entry, &programs));
    for path in &programs {
        look.saw(Event::FileWanted { path: path.clone(), interest: Interest::Autostart });
    }
    look.saw(Event::FileWanted { path: entry.path.clone(), interest: Interest::Entry });
    let alone: Vec<Text> = programs.iter().filter(|path| is_alone(look, path)).cloned().collect();
    let command = entry.command.trim_ascii();
    let command = Text::from(command.get(..MAX_COMMAND).unwrap_or(command));
    let entry = Autostart { programs: programs.into_iter().collect(), alone, command, ..entry };
    look.saw(Event::AutostartSeen(Box::new(entry)));
}

/// Libraries in directories that the entry has the dynamic linker search first. Those among packages' libraries are
/// looked at anyway.
fn libraries(look: &mut Look<'_>, entry: &Autostart, programs: &BTreeSet<Text>) -> Vec<Text> {
    if entry.when != "environment" && !entry.command.contains_str("--library-path") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for path in programs.iter().filter(|path| !place::is_packaged(path)) {
        if !look.optional_stat(path).is_some_and(|stat| stat.is_dir()) {
            continue;
        }
        let names = look.optional_list(path).unwrap_or_default();
        let names = names.iter().filter(|one| one.kind != EntryKind::Dir && one.name.contains_str(".so"));
        found.extend(names.take(MAX_LIBRARIES).map(|one| path.join(&one.name)));
    }
    found
}

/// Tells an entry that starts nothing, such as a masked unit.
pub(super) fn saw_nothing(look: &mut Look<'_>, entry: Autostart) {
    look.saw(Event::AutostartSeen(Box::new(entry)));
}

/// The first directory of a search path that lists the name.
fn searched(look: &mut Look<'_>, name: &Text, path: &[u8]) -> Option<Text> {
    let dirs = path.split(|b| *b == b':').filter(|dir| dir.starts_with(b"/")).take(MAX_DIRS);
    let mut places = dirs.map(|dir| Text::from(dir).join(name));
    places.find(|place| look.listed(place))
}

/// A program that is there, hides by a dot, and is no part of a set of tools: see [`Autostart::alone`].
fn is_alone(look: &mut Look<'_>, path: &Text) -> bool {
    let hides = |name: &[u8]| place::hiding(name).is_some();
    if !path.split(|b| *b == b'/').any(hides) || !look.listed(path) {
        return false;
    }
    if hides(path.file_name()) {
        return true;
    }
    let hidden = path.split(|b| *b == b'/').skip_while(|part| !hides(part));
    if hidden.into_iter().any(|part| TOOLS.contains(&part)) {
        return false;
    }
    let names = look.optional_list(&Text::from(path.parent())).unwrap_or_default();
    let trees = names.iter().filter(|name| name.kind == EntryKind::Dir).count();
    let head = look.ask(&Question::Head(path.clone()), path.clone());
    let is_program = matches!(head, Some(Answer::Bytes { data, .. }) if data.starts_with(b"\x7fELF"));
    if is_program { trees < 2 } else { trees == 0 && names.len() < SET }
}

/// Line numbers from 1, as facts have them.
pub(super) fn line_number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}
