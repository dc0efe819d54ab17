//! Commands that admins trust, wherever root's shell would look for them.

use super::Wanted;
use crate::start_file::{Line, TRUSTED};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Command, Event, Interest, Text};
use std::collections::BTreeSet;

/// What login(1), su(1) and sudo give root where nobody says otherwise.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const MAX_DIRS: usize = 64;

pub(super) fn look(look: &mut Look<'_>, wanted: &mut Wanted, world: &World, start_lines: &[(Text, Vec<Line>)]) {
    let path = search_path(look, world, start_lines);
    look.saw(Event::SearchPathSeen(path.clone()));
    let mut seen = BTreeSet::new();
    for dir in path {
        let Some(resolved) = look.optional_resolve(&dir).filter(|resolved| seen.insert(resolved.clone())) else {
            continue;
        };
        let names: BTreeSet<Text> =
            look.optional_list(&resolved).unwrap_or_default().into_iter().map(|entry| entry.name).collect();
        for name in TRUSTED.iter().filter(|name| names.contains(name.as_bytes())) {
            let place = dir.join(name);
            // A link that leads nowhere is no command.
            let Some(path) = look.resolve_if_there(&place) else { continue };
            wanted.add(path.clone(), Interest::Command);
            look.saw(Event::CommandSeen(Command { name: Text::from(*name), place, path }));
        }
    }
}

/// From /etc/environment, else login.defs, else the default; then as start files of root's shell change it.
fn search_path(look: &mut Look<'_>, world: &World, start_lines: &[(Text, Vec<Line>)]) -> Vec<Text> {
    let environment = start_lines.iter().find(|(path, _)| path == "/etc/environment");
    let given = environment.and_then(|(_, lines)| lines.iter().find_map(|line| line.search_path()));
    let mut path = match given {
        Some(value) => dirs(&value, &[]),
        None => dirs(&login_defs(look).unwrap_or_else(|| Text::from(DEFAULT_PATH)), &[]),
    };
    let root = world.accounts.iter().find(|account| account.uid == 0);
    let home = root.map_or(Text::from("/root"), |root| root.home.clone());
    for (file, lines) in start_lines {
        if file != "/etc/environment" && (file.is_within("/etc") || file.parent().as_bytes() == home.as_slice()) {
            for value in lines.iter().filter_map(Line::search_path) {
                let value = Text::from(value.replace("$HOME", home.as_slice()).replace("${HOME}", home.as_slice()));
                path = changed(path, &value);
            }
        }
    }
    path.truncate(MAX_DIRS);
    path
}

/// `PATH=/x:$PATH` puts before, `PATH=$PATH:/x` behind. Without the old one it counts when it is a path for root: start
/// files set different ones for root and for others under conditions that are not followed here.
fn changed(path: Vec<Text>, value: &Text) -> Vec<Text> {
    let keeps_old = value.contains_str("$PATH") || value.contains_str("${PATH");
    if keeps_old || value.contains_str("/sbin") { dirs(value, &path) } else { path }
}

fn dirs(value: &[u8], old: &[Text]) -> Vec<Text> {
    let mut dirs = Vec::new();
    for part in value.split(|b| *b == b':').take(MAX_DIRS) {
        if part.starts_with(b"$PATH") || part.starts_with(b"${PATH") {
            dirs.extend_from_slice(old);
        } else if part.starts_with(b"/") && !part.contains(&b'$') {
            dirs.push(Text::from(part));
        }
    }
    dirs
}

/// `ENV_SUPATH` of login.defs(5).
fn login_defs(look: &mut Look<'_>) -> Option<Text> {
    let text = look.optional_read(&Text::from("/etc/login.defs"))?;
    let line = text.lines().find_map(|line| line.trim_ascii_start().strip_prefix(b"ENV_SUPATH"))?;
    let value = line.trim_ascii();
    Some(Text::from(value.strip_prefix(b"PATH=").unwrap_or(value)))
}
