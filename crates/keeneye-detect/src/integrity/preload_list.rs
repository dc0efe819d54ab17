//! A library that the dynamic linker puts into every program.
//!
//! # What it sees
//! /etc/ld.so.preload names a library.
//!
//! # Why it matters
//! Every dynamic program loads it first, so it can hide files, processes and connections from `ls`, `ps` and `ss`, and
//! read passwords. Most rootkits outside the kernel work this way. keeneye is not affected: it loads nothing.
//!
//! # Innocent causes
//! Few servers have the list at all. Packaged libraries that log commands or replace the memory allocator, installed
//! with their packages: a note, since the package owns the library and its content is the package's.
//!
//! # What to do
//! Do not delete the library first: programs fail to start noisily and its maker is warned. Keep a copy
//! (`keeneye capture --with-files -o host.kee`), see which processes have it mapped (`keeneye look file LIBRARY`), then
//! empty the list from a rescue system.

use super::portrait;
use crate::{Detector, Scene, subject};
use keeneye_facts::{FileKind, Finding, Level, Ownership, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/preload-list",
    title: "a library that is loaded into every program",
    level: Level::Compromised,
    attack: &["T1574.006"],
    absolute: true,
    source: include_str!("preload_list.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.preloads.iter().map(|library| judge(scene, library)).collect()
}

fn judge(scene: &Scene<'_>, library: &Text) -> Finding {
    let world = scene.world;
    let fact = world.file(library).filter(|fact| fact.kind != FileKind::Missing);
    let (level, what) = match fact.map(|fact| &fact.owner) {
        None => (Level::Suspicious, "which is not there".to_owned()),
        Some(Ownership::Unowned) => (Level::Compromised, "which no package owns".to_owned()),
        Some(Ownership::Unknown) => (Level::Suspicious, "and nobody knows who brought it".to_owned()),
        Some(owner @ Ownership::Owned { package, .. }) if owner.is_changed() => {
            (Level::Compromised, format!("which differs from what package {package} brought"))
        }
        Some(Ownership::Owned { package, .. }) => (Level::Note, format!("of package {package}")),
    };
    let path = library.lossy();
    let mapped = world.processes.values().filter(|p| p.mappings.iter().any(|m| m.path == *library)).count();
    let intact = level == Level::Note;
    let finding = DETECTOR
        .finding(level, subject::file(library), format!("/etc/ld.so.preload loads {path} into every program, {what}"))
        .evidence("named by", "/etc/ld.so.preload")
        .evidence("mapped by", format!("{mapped} processes"))
        .related(subject::file(&"/etc/ld.so.preload".into()))
        .innocent(
            "a package put it there",
            !intact,
            if intact { "its package owns it" } else { "no intact package does" },
        )
        .innocent("an admin installed a logger or an allocator by hand", false, "ask; a package of it would be quiet")
        .next(format!("keeneye look file {path}"));
    match fact {
        Some(fact) => portrait(finding, world, fact),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/preload-list";
    const LIST: &str = "/etc/ld.so.preload = /usr/lib/libprocess.so\\n\n";

    #[test]
    fn an_unowned_library_is_loud_and_a_packaged_one_a_note() {
        check(
            NAME,
            &format!("{LIST}package base 1\n/usr/lib/libprocess.so : mode=100644"),
            &["compromised: /etc/ld.so.preload loads /usr/lib/libprocess.so into every program, which no package owns"],
        );
        check(
            NAME,
            &format!("{LIST}package snoop 1 owns /usr/lib/libprocess.so"),
            &["note: /etc/ld.so.preload loads /usr/lib/libprocess.so into every program, of package snoop"],
        );
    }
    #[test]
    fn a_packaged_library_with_other_content_is_loud() {
        check(
            NAME,
            &format!("{LIST}package snoop 1 owns /usr/lib/libprocess.so\ntampered /usr/lib/libprocess.so"),
            &[
                "compromised: /etc/ld.so.preload loads /usr/lib/libprocess.so into every program, which differs from what \
               package snoop brought",
            ],
        );
    }
    #[test]
    fn a_library_that_is_not_there() {
        let text = "suspicious: /etc/ld.so.preload loads /usr/lib/libprocess.so into every program, which is not there";
        check(NAME, &format!("{LIST}package base 1"), &[text]);
    }
    #[test]
    fn without_a_package_database_nobody_knows() {
        check(
            NAME,
            &format!("{LIST}/usr/lib/libprocess.so : mode=100644"),
            &["suspicious: /etc/ld.so.preload loads /usr/lib/libprocess.so into every program, and nobody knows who \
               brought it"],
        );
    }
    #[test]
    fn an_empty_list_is_quiet() {
        check(NAME, "/etc/ld.so.preload = # nothing\\n\npackage base 1\n/usr/lib/libprocess.so : mode=100644", &[]);
        check(NAME, "package base 1", &[]);
    }
}
