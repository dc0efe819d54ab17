//! What starts by itself, by whatever mechanism.

use super::Scene;
use crate::names;
use keeneye_facts::{Autostart, Text};
use keeneye_report::{Cell, Table};
use keeneye_world::World;

/// Bytes of a command that are shown.
const MAX_COMMAND: usize = 300;

/// One row an entry. What differs: its file or a program of it is not as a package left it.
pub(super) fn autostart(scene: &Scene<'_>) -> Table {
    let world = scene.world;
    let row = |entry: &Autostart| {
        let line = entry.line.map_or(Cell::None, Cell::from);
        let asleep = if entry.dormant { "asleep" } else { "" };
        vec![
            entry.kind.word().into(),
            (&entry.name).into(),
            (&entry.when).into(),
            entry.user.as_ref().map_or(Cell::None, Cell::from),
            asleep.into(),
            names::owner(world.owner(&entry.path)).into(),
            programs(world, entry).into(),
            names::odd(scene.findings, |f| {
                f.subject.path.as_ref() == Some(&entry.path) && f.subject.line == entry.line
            })
            .into(),
            (&entry.path).into(),
            line,
            (&command(entry)).into(),
        ]
    };
    let wanted = |entry: &&Autostart| !scene.differs || differs(world, entry);
    Table {
        name: "autostart",
        columns: &["kind", "name", "when", "user", "state", "package", "programs", "odd", "file", "line", "command"],
        rows: world.autostarts.iter().filter(wanted).map(row).collect(),
    }
}

/// The command; of a whole script its path says more than its first lines.
fn command(entry: &Autostart) -> Text {
    match entry.line {
        None => entry.path.clone(),
        Some(_) => Text::from(entry.command.get(..MAX_COMMAND).unwrap_or(&entry.command)),
    }
}

/// Packages of its programs, each once, in the order of their paths.
fn programs(world: &World, entry: &Autostart) -> String {
    let known = entry.programs.iter().filter(|path| **path != entry.path);
    let mut owners: Vec<String> = Vec::new();
    for path in known {
        let owner = world.file(path).map_or("not there".to_owned(), |file| names::owner(&file.owner));
        if !owner.is_empty() && !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    owners.join(", ")
}

/// What is named and not there differs from nothing: packages name programs of others that are not installed.
fn differs(world: &World, entry: &Autostart) -> bool {
    let paths = std::iter::once(&entry.path).chain(&entry.programs);
    let mut files = paths.filter_map(|path| world.file(path));
    files.any(|file| !file.owner.is_owned_unchanged())
}
