//! The dynamic linker's cache leads to a library that no package owns.
//!
//! # What it sees
//! /etc/ld.so.cache gives, for the name of a library that a package brings, another file that no package owns and that
//! comes first; or it leads into a directory that everybody may write to or that hides.
//!
//! # Why it matters
//! Whoever stands before `libc.so.6` or `libpam.so.0` is in every program, without a preload list and without changing
//! a packaged file.
//!
//! # Innocent causes
//! Libraries built by the admin below /usr/local or /opt: one that stands before a packaged library is `unusual`, and
//! only one that stands before the C library, PAM or name service libraries alerts. Others are quiet.
//!
//! # What to do
//! Look at the file and at who wrote it (`keeneye look file LIBRARY`), and which line of /etc/ld.so.conf.d names
//! its directory.

use super::portrait;
use crate::{Detector, Scene, place, subject};
use keeneye_facts::{Finding, Interest, Level, LinkerEntry};
use keeneye_world::World;
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/linker-cache-unowned",
    title: "the linker's cache leads to a library of no package",
    level: Level::Suspicious,
    attack: &["T1574"],
    absolute: false,
    source: include_str!("linker_cache_unowned.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let core = core_packages(world);
    // The C library's cache names a library once for each name it goes by.
    let mut told = BTreeSet::new();
    let entries = world.linker_entries.iter().filter(|entry| world.owner(&entry.path).is_unowned());
    let judged = entries.filter_map(|entry| judge(world, &core, entry).map(|finding| (&entry.path, finding)));
    judged.filter(|(path, _)| told.insert(*path)).map(|(_, finding)| finding).collect()
}

/// Packages of the code that is in every program: the linker, the C library, PAM and name service modules.
fn core_packages(world: &World) -> BTreeSet<&str> {
    let core = [Interest::Linker, Interest::Pam, Interest::Nss];
    let files = world.files.values().filter(|fact| core.iter().any(|interest| fact.interests.contains(interest)));
    files.filter_map(|fact| fact.owner.package()).collect()
}

fn judge(world: &World, core: &BTreeSet<&str>, entry: &LinkerEntry) -> Option<Finding> {
    let LinkerEntry { name, path, shadows, shadowed_package } = entry;
    let is_core = shadowed_package.as_deref().is_some_and(|package| core.contains(package))
        || [b"libpam.so".as_slice(), b"libc.so", b"ld-linux"].iter().any(|core| name.starts_with(core));
    let odd_place = place::is_volatile(path) || place::hidden_component(path).is_some();
    let level = match shadows {
        _ if odd_place => Level::Suspicious,
        Some(_) if is_core => Level::Suspicious,
        Some(_) => Level::Unusual,
        None => return None,
    };
    let before = match (shadows, shadowed_package) {
        (Some(other), Some(package)) => format!(" before {} of package {package}", other.lossy()),
        _ => String::new(),
    };
    let summary = format!("programs that ask for {} get {}{before}; no package owns it", name.lossy(), path.lossy());
    let finding = DETECTOR
        .finding(level, subject::file(path), summary)
        .evidence("named by", "/etc/ld.so.cache")
        .evidence("library", path.clone())
        .innocent(
            "a library that the admin built",
            odd_place || is_core,
            if odd_place { "not in a place like this" } else { "ask; look at /etc/ld.so.conf.d" },
        )
        .next(format!("keeneye look file {}", path.lossy()));
    Some(match world.file(path) {
        Some(fact) => portrait(finding, world, fact),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};
    use keeneye_facts::{Event, LinkerEntry, Text};

    fn said(host: &str, name: &str, path: &str, shadows: Option<(&str, &str)>) -> Vec<String> {
        let entry = LinkerEntry {
            name: name.into(),
            path: path.into(),
            shadows: shadows.map(|(path, _)| Text::from(path)),
            shadowed_package: shadows.map(|(_, package)| package.to_owned()),
        };
        // A plan of the person makes the library a looked-at file without a cache in glibc's form.
        let host = format!("package libc6 2 owns /usr/lib/libc.so.6\n{host}\n/etc/ld.so.preload = {path}");
        findings("integrity/linker-cache-unowned", &host, &[Event::LinkerEntrySeen(entry)])
    }

    #[test]
    fn without_a_cache_there_is_nothing_to_say() {
        check("integrity/linker-cache-unowned", "package libc6 2 owns /usr/lib/libc.so.6", &[]);
    }
    #[test]
    fn before_the_c_library() {
        let found = said(
            "/opt/x/libc.so.6 : mode=100755",
            "libc.so.6",
            "/opt/x/libc.so.6",
            Some(("/usr/lib/libc.so.6", "libc6")),
        );
        assert_eq!(
            found,
            ["suspicious: programs that ask for libc.so.6 get /opt/x/libc.so.6 before /usr/lib/libc.so.6 of package \
              libc6; no package owns it"]
        );
    }
    #[test]
    fn a_package_s_own_is_quiet() {
        let host = "package other 1 owns /opt/x/libc.so.6";
        assert_eq!(said(host, "libc.so.6", "/opt/x/libc.so.6", Some(("/usr/lib/libc.so.6", "libc6"))), [""; 0]);
    }
    #[test]
    fn a_local_build_of_a_library_is_unusual_and_of_an_unknown_one_quiet() {
        let host = "/usr/local/lib/libssl.so.3 : mode=100755";
        let found = said(host, "libssl.so.3", "/usr/local/lib/libssl.so.3", Some(("/usr/lib/libssl.so.3", "libssl3")));
        assert_eq!(
            found,
            [
                "unusual: programs that ask for libssl.so.3 get /usr/local/lib/libssl.so.3 before /usr/lib/libssl.so.3 of \
              package libssl3; no package owns it"
            ]
        );
        assert_eq!(said(host, "libssl.so.3", "/usr/local/lib/libssl.so.3", None), [""; 0]);
    }
    #[test]
    fn a_library_in_a_hidden_place() {
        let found = said("/usr/lib/.x/libq.so : mode=100755", "libq.so", "/usr/lib/.x/libq.so", None);
        assert_eq!(found, ["suspicious: programs that ask for libq.so get /usr/lib/.x/libq.so; no package owns it"]);
    }
}
