//! A program waits in a hidden or volatile place.
//!
//! # What it sees
//! Programs, scripts and libraries that do not run, where nobody installs: below `/dev/shm` and places for locks, or in
//! a hidden directory or under a hidden name in `/tmp`, `/var/tmp` and `/run/user`. Hidden in `/dev/shm` or belonging
//! to an account that only services use: suspicious. Else unusual. Programs that lie openly in `/tmp` are no sign.
//!
//! # Why it matters
//! What was brought in is unpacked where everybody may write, and hidden from a quick `ls`.
//!
//! # Innocent causes
//! Builds, installers and configuration management work in temporary directories, some of which begin with a dot.
//!
//! # What to do
//! Look at it (`keeneye look file PATH`): who owns it, when it came. Copy it before the next boot.

use super::{portrait, rights};
use crate::{Detector, Scene, place, subject};
use keeneye_facts::{FileFact, FileKind, Finding, Interest, Level, Text};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/volatile-program",
    title: "a program waits in a hidden or volatile place",
    level: Level::Suspicious,
    attack: &["T1564.001", "T1036.005"],
    absolute: false,
    source: include_str!("volatile_program.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut by_place: BTreeMap<(Level, Text), Vec<&FileFact>> = BTreeMap::new();
    for fact in scene.world.files.values() {
        if let Some(level) = level(scene, fact) {
            let place = top(&fact.path).unwrap_or_else(|| fact.path.clone());
            by_place.entry((level, place)).or_default().push(fact);
        }
    }
    by_place.iter().filter_map(|((level, place), facts)| said(scene, *level, place, facts)).collect()
}

/// What this detector says of a file, for others that would speak about it too.
pub(super) fn level(scene: &Scene<'_>, fact: &FileFact) -> Option<Level> {
    if is_candidate(scene, fact) { judge(scene, fact) } else { None }
}

/// Nobody else speaks about it: not what runs, starts by itself, gives rights, or lies among devices.
fn is_candidate(scene: &Scene<'_>, fact: &FileFact) -> bool {
    use Interest::{Autostart, Device, Entry, Immutable, OddName, Preloaded, Privileged, Volatile};
    let told = [Autostart, Device, Entry, Immutable, OddName, Preloaded, Privileged];
    let elsewhere = told.iter().any(|why| fact.interests.contains(why)) || rights::is_in_use(fact);
    fact.interests.contains(&Volatile)
        && rights::is_code(fact)
        && !elsewhere
        && !fact.owner.is_owned()
        && place::own_mount(&fact.path, &scene.world.mounts).is_none_or(|mount| !place::is_image(mount))
}

fn judge(scene: &Scene<'_>, fact: &FileFact) -> Option<Level> {
    let hidden = is_hidden(&fact.path);
    let uid = fact.stat.map_or(0, |stat| stat.uid);
    let service =
        uid != 0 && scene.world.accounts.iter().any(|account| account.uid == uid && !place::is_login(account));
    match (hidden, place::is_data_only(&fact.path)) {
        (true, true) => Some(Level::Suspicious),
        (true, false) if service => Some(Level::Suspicious),
        // A script that lies openly in /dev/shm was made by a test as often as not.
        (false, true) if fact.kind == FileKind::Elf => Some(if service { Level::Suspicious } else { Level::Unusual }),
        (true, false) => Some(Level::Unusual),
        _ => None,
    }
}

/// In /tmp people unpack whole trees, and those have hidden directories of their own: there only the first directory
/// and the file itself count.
fn is_hidden(path: &Text) -> bool {
    let hides = |name: &[u8]| place::hiding(name).is_some();
    if place::is_data_only(path) {
        return place::hidden_component(path).is_some();
    }
    hides(path.file_name()) || top(path).is_some_and(|top| hides(top.file_name()))
}

/// The first directory below the volatile one: what was unpacked together is told together.
fn top(path: &Text) -> Option<Text> {
    let dir = place::volatile_dir(path)?;
    let below = path.get(dir.len() + 1..)?;
    let name = below.split(|b| *b == b'/').next()?;
    Some(Text::from(dir).join(name))
}

fn said(scene: &Scene<'_>, level: Level, place: &Text, facts: &[&FileFact]) -> Option<Finding> {
    let first = facts.first()?;
    let more =
        if facts.len() > 1 { format!(" and {} more below {}", facts.len() - 1, place.lossy()) } else { String::new() };
    let word = if is_hidden(&first.path) { "hidden" } else { "waiting" };
    let dir = place::volatile_dir(&first.path)?;
    let summary = format!("{}{more}: a program {word} in {dir}", first.path.lossy());
    let mut finding = DETECTOR.finding(level, subject::file(&first.path), summary).evidence("path", first.path.clone());
    for fact in facts.iter().skip(1).take(20) {
        finding = finding.evidence("with it", fact.path.clone()).related(subject::file(&fact.path));
    }
    let finding = finding
        .innocent("a build, an installer or configuration management", level == Level::Suspicious, "by place and owner")
        .next(format!("keeneye look file {}", first.path.lossy()));
    Some(portrait(finding, scene.world, first))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/volatile-program";
    const ACCOUNTS: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nwww:x:33:33::/var/www:/usr/sbin/nologin\n";

    #[test]
    fn hidden_in_memory() {
        for path in ["/dev/shm/.x/upd", "/dev/shm/.k", "/run/lock/.a/b"] {
            let dir = if path.starts_with("/run") { "/run/lock" } else { "/dev/shm" };
            let said = format!("suspicious: {path}: a program hidden in {dir}");
            check(NAME, &format!("{path} = \\x7fELF"), &[&said]);
            check(NAME, &format!("{path} = #!/bin/sh\\n"), &[&said]);
            check(NAME, &format!("{path} = words"), &[]);
        }
    }
    #[test]
    fn hidden_in_tmp() {
        let host = |uid: u32| format!("{ACCOUNTS}/tmp/.a/b : mode=100755 uid={uid}\n/tmp/.a/c : mode=100755 uid={uid}");
        let said = "/tmp/.a/b and 1 more below /tmp/.a: a program hidden in /tmp";
        check(NAME, &host(0), &[&format!("unusual: {said}")]);
        check(NAME, &host(33), &[&format!("suspicious: {said}")]);
    }
    #[test]
    fn openly_in_tmp_is_quiet() {
        for path in ["/tmp/go-build1/b001/app.test", "/var/tmp/x", "/tmp/x.so", "/tmp/tree/.ci/run"] {
            check(NAME, &format!("{path} : mode=100755"), &[]);
        }
        check(NAME, "/dev/shm/x : mode=100755", &["unusual: /dev/shm/x: a program waiting in /dev/shm"]);
        check(NAME, "/dev/shm/x : mode=100755\nprocess 41 exe=/dev/shm/x", &[]);
        let mount = "/proc/self/mountinfo = 36 25 0:32 / /tmp/.mount_a ro,nosuid,nodev - fuse.a a ro\\n";
        check(NAME, &format!("/tmp/.mount_a/usr/bin/a : mode=100755\n{mount}"), &[]);
    }
}
