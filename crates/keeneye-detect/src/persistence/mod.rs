//! Detectors that look at what starts by itself.

pub mod at_job;
pub mod cron_risky;
pub mod daemon_hook;
pub mod drop_in;
mod entry;
pub mod generator;
pub mod git_hook;
pub mod init_script;
pub mod initramfs_hook;
pub mod kernel_setting;
pub mod library_path_odd;
pub mod login_hook;
pub mod modprobe_command;
pub mod module_at_boot;
pub mod network_hook;
pub mod package_hook;
pub mod pam_lets_in;
pub mod pam_module_odd;
pub mod pam_program;
mod pam_rule;
pub(crate) mod pam_stack;
pub mod php_hook;
pub mod polkit_open;
pub mod python_start;
pub(crate) mod risk;
pub mod session_start;
pub mod shell_start_risky;
pub mod udev_program;
pub mod unit_name_alike;
pub mod unit_risky;

use crate::{Detector, Scene, subject};
use keeneye_facts::{Autostart, AutostartKind, FileFact, FileKind, Finding, Level, Ownership, Subject, Text};
use keeneye_world::{World, place};
use risk::{Sign, Weight};

/// How much of a command is shown, in bytes; the facts hold all of it.
const MAX_COMMAND: usize = 600;
/// Programs of one entry that are shown.
const MAX_PROGRAMS: usize = 8;

/// Entries of these kinds for which no package vouches: whoever brought the file, it is not as a package left it.
pub(crate) fn foreign<'a>(world: &'a World, kinds: &'a [AutostartKind]) -> impl Iterator<Item = &'a Autostart> {
    let entries = world.autostarts.iter().filter(|entry| kinds.contains(&entry.kind));
    entries.filter(|entry| !world.owner(&entry.path).is_owned_unchanged())
}

/// What is wrong with an entry, and how sure that makes. One that sleeps is a level lower unless its command is wrong
/// whoever wakes it.
pub(crate) fn judge(world: &World, entry: &Autostart) -> Option<(Level, Vec<Sign>)> {
    let signs = risk::of_entry(world, entry);
    let level = match signs.first()?.weight {
        Weight::Content => Level::Suspicious,
        Weight::Place if entry.dormant => Level::Unusual,
        Weight::Place => Level::Suspicious,
        Weight::Odd => Level::Unusual,
    };
    Some((level, signs))
}

/// A finding about an entry: `says` goes on behind the place of the entry.
pub(crate) fn finding(detector: &Detector, scene: &Scene<'_>, entry: &Autostart, level: Level, says: &str) -> Finding {
    let line = entry.line.map(|line| format!(" line {line}")).unwrap_or_default();
    let asleep = if entry.dormant { " (does not start as it is)" } else { "" };
    let summary = format!("{}{line} {says}{asleep}", entry.path.lossy());
    let mut finding = detector.finding(level, of(entry), summary);
    finding = finding.evidence("entry", entry.name.clone());
    if !entry.command.is_empty() {
        finding = finding.evidence("command", Text::from(entry.command.get(..MAX_COMMAND).unwrap_or(&entry.command)));
    }
    if !entry.when.is_empty() {
        finding = finding.evidence("when", entry.when.clone());
    }
    finding = entry.user.iter().fold(finding, |finding, user| finding.evidence("runs as", user.clone()));
    for path in entry.programs.iter().take(MAX_PROGRAMS) {
        finding = finding.evidence("program", program(scene.world, path));
        for process in running(scene.world, path).take(3) {
            finding = finding.related(subject::process(process));
        }
    }
    if let Some(file) = scene.world.file(&entry.path) {
        finding = finding.evidence("file", brought(file));
        if let Some(stat) = file.stat.filter(|_| !file.owner.is_owned_unchanged()) {
            finding = finding.since(stat.changed);
        }
    }
    finding.next(format!("keeneye look file {}", entry.path.lossy()))
}

/// The same for what [`judge`] found: the worst sign speaks, the others are evidence.
pub(crate) fn risky(
    detector: &Detector,
    scene: &Scene<'_>,
    entry: &Autostart,
    (level, signs): (Level, Vec<Sign>),
) -> Option<Finding> {
    let first = signs.first()?;
    let mut finding = finding(detector, scene, entry, level, &first.says);
    for sign in signs.iter().take(5) {
        finding = finding.evidence(&sign.says, sign.value.clone());
    }
    Some(finding)
}

/// An entry, by its file and line. An account other than root belongs to it.
fn of(entry: &Autostart) -> Subject {
    let account = entry.user.clone().filter(|user| *user != "root" && entry.kind == AutostartKind::Cron);
    Subject { line: entry.line, account, ..subject::file(&entry.path) }
}

/// Path, and who brought it.
fn program(world: &World, path: &Text) -> Text {
    let about = world.file(path).map_or("not there".to_owned(), brought);
    Text::from([path.as_slice(), b" (", about.as_bytes(), b")"].concat())
}

fn brought(file: &FileFact) -> String {
    let owner = match &file.owner {
        Ownership::Unknown => "owner package not known".to_owned(),
        Ownership::Unowned => "of no package".to_owned(),
        Ownership::Owned { package, .. } if file.owner.is_changed() => format!("of package {package}, changed"),
        Ownership::Owned { package, .. } => format!("of package {package}"),
    };
    match (&file.stat, &file.digest) {
        (Some(stat), Some(digest)) if file.owner.is_unowned() => {
            format!("{owner}, mode {:o}, owner {}, sha256 {}", stat.mode, stat.uid, digest.sha256)
        }
        _ => owner,
    }
}

fn running<'a>(world: &'a World, path: &'a Text) -> impl Iterator<Item = &'a keeneye_facts::Process> {
    world.processes.values().filter(move |process| {
        let exe = process.exe.as_ref().is_some_and(|exe| exe.at_path == Some(true) && exe.path == *path);
        exe || process.program.as_ref().is_some_and(|program| program.path == *path)
    })
}

/// Programs of an entry that no package owns and that are there, but for the entry itself.
pub(crate) fn unowned_programs<'a>(world: &'a World, entry: &'a Autostart) -> impl Iterator<Item = &'a FileFact> {
    let programs = entry.programs.iter().filter(|path| **path != entry.path).filter_map(|path| world.file(path));
    programs.filter(|file| file.owner.is_unowned() && !matches!(file.kind, FileKind::Missing))
}

/// Lies where admins put their own things: /opt, /srv, /usr/local, homes, applications in the root.
pub(crate) fn is_of_admin(world: &World, path: &Text) -> bool {
    place::is_admin(path, &world.accounts) || place::is_tool_dot_dir(path, &world.accounts)
}
