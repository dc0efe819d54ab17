//! Start files of shells: what they call by which name, and where they search.

use super::Wanted;
use crate::start_file::{self, Line};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Account, Contents, Event, Interest, Text};
use std::collections::BTreeSet;

/// Homes that are looked into.
const MAX_HOMES: usize = 2_000;

/// Reads them all; each with its lines, for whoever needs the search path.
pub(super) fn look(look: &mut Look<'_>, wanted: &mut Wanted, world: &World) -> Vec<(Text, Vec<Line>)> {
    let mut files = Vec::new();
    for path in start_file::GLOBAL {
        files.extend(look.optional_resolve(&Text::from(path)).map(|resolved| (Text::from(path), resolved)));
    }
    files.extend(in_dir(look, &Text::from("/etc/profile.d"), |name| name.ends_with(b".sh")));
    let homes: BTreeSet<&Text> = world.accounts.iter().filter(|a| has_shell(a)).map(|account| &account.home).collect();
    let homes = homes.into_iter().filter(|home| home.starts_with(b"/"));
    for home in look.first(&Text::from("start files of shells"), homes, MAX_HOMES, "homes") {
        files.extend(in_dir(look, home, start_file::is_in_home));
    }
    let mut read = Vec::new();
    for (path, resolved) in files {
        let Some(text) = look.optional_read(&resolved) else { continue };
        // A host that is not live gives the bytes as they are, and what is kept must not depend on who answers.
        let lines = start_file::lines(&text);
        let defining = || lines.iter().filter(|line| line.defines);
        let kept = defining().map(|line| (line.number, line.text.clone())).collect();
        for path in defining().flat_map(|line| programs(&line.text)) {
            if let Some(path) = look.resolve_if_there(&path) {
                wanted.add(path, Interest::Command);
            }
        }
        if lines.iter().any(|line| start_file::keeps_none(&line.text)) {
            wanted.add(resolved, Interest::Setting);
        }
        look.saw(Event::StartFileSeen(Contents { path: path.clone(), lines: kept }));
        read.push((path, lines));
    }
    read
}

/// Files that a definition names.
fn programs(line: &[u8]) -> Vec<Text> {
    if line.contains_str("PATH=") {
        return Vec::new();
    }
    let words = line.split(|b| b.is_ascii_whitespace() || b"'\"=;&|(){}<>`".contains(b));
    words.filter(|word| word.starts_with(b"/") && !word.starts_with(b"/dev/null")).take(20).map(Text::from).collect()
}

fn in_dir(look: &mut Look<'_>, dir: &Text, fits: fn(&[u8]) -> bool) -> Vec<(Text, Text)> {
    let names = look.optional_list(dir).unwrap_or_default();
    let paths = names.iter().filter(|entry| fits(&entry.name)).map(|entry| dir.join(&entry.name));
    paths.filter_map(|path| look.resolve_if_there(&path).map(|resolved| (path, resolved))).collect()
}

fn has_shell(account: &Account) -> bool {
    let shell = account.shell.file_name();
    account.uid == 0 || !(shell.is_empty() || shell.ends_with(b"nologin") || shell.ends_with(b"false"))
}
