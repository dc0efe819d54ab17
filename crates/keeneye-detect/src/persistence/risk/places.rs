//! Where the programs of an entry lie.

use super::{Sign, Weight};
use crate::place::{self, Hiding};
use keeneye_facts::{Autostart, FileFact, FileKind, Text};
use keeneye_world::World;
use keeneye_world::shell_line::{self, ShellCommand};
use std::collections::BTreeSet;

pub(super) fn signs(world: &World, entry: &Autostart) -> Vec<Sign> {
    if entry.when == "environment" {
        return entry.programs.iter().filter_map(|path| variable(world, entry, path)).collect();
    }
    let commands = shell_line::commands(&super::shell_text(entry));
    let libraries: BTreeSet<Text> = commands.iter().flat_map(ShellCommand::loads).collect();
    // Programs are known without links: `/lib/x.so` as `/usr/lib/x.so`.
    let same = |one: &Text, path: &Text| one == path || one.file_name() == path.file_name();
    let is_library = |path: &Text| {
        let dir = Text::from(path.parent());
        libraries.iter().any(|one| same(one, path) || same(one, &dir))
    };
    let programs = entry.programs.iter().filter(|path| **path != entry.path);
    programs
        .filter_map(|path| if is_library(path) { variable(world, entry, path) } else { sign(world, entry, path) })
        .collect()
}

/// What is wrong with the place of one program. What a package brought and left as it is, and what lies openly on an
/// image, may lie anywhere.
fn sign(world: &World, entry: &Autostart, path: &Text) -> Option<Sign> {
    if world.owner(path).is_owned_unchanged() || place::own_image(path, &world.mounts).is_some() {
        return None;
    }
    let shown = path.lossy();
    let missing = if world.file(path).is_none() { " and is not there now" } else { "" };
    let hidden = place::hidden_component(path);
    if let Some(how) = hidden.filter(|hidden| hidden.how != Hiding::Dot) {
        let how = match how.how {
            Hiding::Disguised(way) => format!("with a name of {way}"),
            _ => "where nothing but sockets lies".to_owned(),
        };
        return Some(Sign::new(Weight::Place, format!("starts {shown}, which lies {how}{missing}"), path.clone()));
    }
    // Where /var/run is a link, what is there is known by what it leads to; what is not there is a setting as a rule.
    let gone = !missing.is_empty() && path.is_within("/var/run");
    if let Some(dir) = place::volatile_dir(path).filter(|_| !is_device(path) && !gone) {
        let says = format!("starts {shown}, which lies in {dir}{missing}");
        return Some(Sign::new(Weight::Place, says, path.clone()));
    }
    let in_tools = place::is_tool_dot_dir(path, &world.accounts);
    let twice = path.split(|b| *b == b'/').filter(|part| place::hiding(part).is_some()).count() > 1;
    let says = match hidden {
        Some(_) if !in_tools => format!("starts {shown}, which hides{missing}"),
        Some(_) if entry.alone.contains(path) || twice && !path.parent().ends_with(b"/bin") => {
            format!("starts {shown}, which hides among a person's files and is no part of a set of tools{missing}")
        }
        _ => return among_data(world, path),
    };
    Some(Sign::new(Weight::Place, says, path.clone()))
}

/// Directories of data, where no program lies; what lies in /run is gone after the next boot.
const DATA: [&str; 9] = [
    "/var/cache",
    "/var/log",
    "/var/spool",
    "/var/mail",
    "/boot",
    "/run",
    "/usr/include",
    "/usr/share/doc",
    "/usr/share/man",
];

/// A program of no package in a directory of data, or a script of none among packages' programs. Programs of none
/// there are told by another detector.
fn among_data(world: &World, path: &Text) -> Option<Sign> {
    let file = world.file(path).filter(|file| file.owner.is_unowned())?;
    let shown = path.lossy();
    if let Some(dir) = DATA.iter().find(|dir| path.is_within(dir)).filter(|_| runs_by_itself(file)) {
        let says = format!("starts {shown}, which no package owns and which lies among the data of {dir}");
        return Some(Sign::new(Weight::Place, says, path.clone()));
    }
    let among_programs = ["bin", "sbin"].iter().any(|dir| path.parent().ends_with(dir.as_bytes()));
    if among_programs && place::is_packaged(path) && matches!(file.kind, FileKind::Script(_)) {
        let says = format!("starts {shown}, which no package owns and which lies among packages' programs");
        return Some(Sign::new(Weight::Odd, says, path.clone()));
    }
    None
}

/// A program, or a script that names its interpreter. What an interpreter or `.` reads may be a setting.
fn runs_by_itself(file: &FileFact) -> bool {
    let executable = file.stat.is_some_and(|stat| stat.executable());
    file.kind == FileKind::Elf || executable && matches!(file.kind, FileKind::Script(_))
}

/// What is wrong with code that a variable makes every program of the entry load or run.
fn variable(world: &World, entry: &Autostart, path: &Text) -> Option<Sign> {
    let owner = world.owner(path);
    if owner.is_owned_unchanged() {
        return None;
    }
    // Packages share directories, so nobody owns one: what lies in it tells.
    let is_directory = world.file(path).and_then(|file| file.stat).is_some_and(|stat| stat.is_dir());
    let odd_place = place::is_volatile(path) || place::hidden_component(path).is_some();
    let weight = match () {
        () if odd_place => Weight::Place,
        () if is_directory || !owner.is_unowned() => return None,
        // Agents that watch programs come in directories of their own.
        () if place::is_admin(path, &world.accounts) || place::is_application(path) => return None,
        () => Weight::Place,
    };
    Some(Sign::new(
        weight,
        format!("has what it starts load {}, which no package owns", path.lossy()),
        entry.command.clone(),
    ))
}

/// Names that lead to nothing that could be started.
fn is_device(path: &Text) -> bool {
    ["/dev/null", "/dev/zero", "/dev/tty", "/dev/console", "/dev/stdin"].iter().any(|device| path == device)
        || path.starts_with(b"/dev/tty")
}
