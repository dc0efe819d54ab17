//! Which files of a package are in use, and whether they are intact.

use super::findings_about;
use crate::names;
use keeneye_facts::{Finding, Ownership};
use keeneye_report::{Section, Sheet};
use keeneye_world::World;

/// `None` when no file that was looked at belongs to it.
pub(super) fn sheet(world: &World, findings: &[Finding], name: &str) -> Option<Sheet> {
    let mut package = Section::new("package");
    let mut files = Section::new("files in use");
    let mut paths = Vec::new();
    for file in world.files.values() {
        let Ownership::Owned { package: owner, version, .. } = &file.owner else { continue };
        if owner != name {
            continue;
        }
        if package.rows.is_empty() {
            package.row("version", version.as_str());
        }
        files.row(names::owner(&file.owner), file.path.clone());
        paths.push(&file.path);
    }
    if paths.is_empty() {
        return None;
    }
    let mut processes = Section::new("processes");
    for process in world.processes.values().filter(|p| world.exe_owner(p).package() == Some(name)) {
        processes.row(process.id.pid.to_string(), names::command(process));
    }
    let own = findings_about(findings, |subject| subject.path.as_ref().is_some_and(|path| paths.contains(&path)));
    let about = format!("package {name}").into();
    Some(Sheet { about, sections: vec![package, files, processes], findings: own, period: None })
}
