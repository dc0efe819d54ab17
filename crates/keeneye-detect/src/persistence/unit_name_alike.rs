//! A unit of no package with almost the name of a known one.
//!
//! # What it sees
//! A unit that no package owns, that starts a program which no package owns either, and whose name is that of a
//! packaged unit but for one letter, two swapped letters, or letters that look alike (`systemd-joumald` for
//! `systemd-journald`). A unit of that kind that calls itself `systemd-...` is `unusual`.
//!
//! # Why it matters
//! Among a hundred units nobody reads names letter by letter, and `systemctl status` shows a trusted one.
//!
//! # Innocent causes
//! An admin's second instance of a service (`redis2`), which a digit tells; a release of the same software that was
//! built here, whose program lies in /usr/local or /opt.
//!
//! # What to do
//! `systemctl cat UNIT`. Keep a copy of the unit and of the program before you stop it.

use super::{foreign, judge, unowned_programs};
use crate::{Detector, Scene};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Finding, Level, Text};
use keeneye_world::World;
use std::collections::{BTreeMap, BTreeSet};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/unit-name-alike",
    title: "a unit of no package has almost the name of a known one",
    level: Level::Suspicious,
    attack: &["T1036.004", "T1543.002"],
    absolute: false,
    source: include_str!("unit_name_alike.rs"),
    run,
};

/// Units of systemd itself, for hosts where its package cannot be asked, and of daemons that most servers have.
const KNOWN: [&str; 23] = [
    "NetworkManager",
    "accounts-daemon",
    "apparmor",
    "auditd",
    "chronyd",
    "containerd",
    "cron",
    "crond",
    "docker",
    "firewalld",
    "polkit",
    "rsyslog",
    "sshd",
    "systemd-hostnamed",
    "systemd-journald",
    "systemd-localed",
    "systemd-logind",
    "systemd-machined",
    "systemd-networkd",
    "systemd-resolved",
    "systemd-timedated",
    "systemd-timesyncd",
    "systemd-udevd",
];
/// Letters of a name from which on one letter less or more is no accident.
const MIN_LETTERS: usize = 5;
/// Longer names are nobody's.
const MAX_LETTERS: usize = 80;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let known = known(world);
    let mut entries: BTreeMap<&Text, &Autostart> = BTreeMap::new();
    for entry in foreign(world, &[AutostartKind::Unit]).filter(|entry| !entry.command.is_empty()) {
        let made = ["/run/systemd/generator", "/run/systemd/transient"]
            .iter()
            .any(|dir| entry.path.starts_with(dir.as_bytes()));
        if !made && world.owner(&entry.path).is_unowned() {
            let kept = entries.entry(&entry.path).or_insert(entry);
            if unowned_programs(world, kept).next().is_none() {
                *kept = entry;
            }
        }
    }
    entries.into_values().filter_map(|entry| look(scene, entry, &known)).collect()
}

fn look(scene: &Scene<'_>, entry: &Autostart, known: &BTreeSet<Text>) -> Option<Finding> {
    let world = scene.world;
    // What such a unit does already speaks louder than its name.
    let speaks = world.autostarts.iter().filter(|other| other.path == entry.path);
    if speaks.into_iter().any(|other| judge(world, other).is_some_and(|(level, _)| level >= Level::Suspicious)) {
        return None;
    }
    let stem = stem(&entry.name);
    let unknown =
        unowned_programs(world, entry).next().is_some() || entry.programs.iter().any(|path| world.file(path).is_none());
    if !unknown || known.contains(stem) {
        return None;
    }
    let (level, says) = match known.iter().find_map(|name| Some((name, alike(name, stem)?))) {
        Some((name, level)) => (level, format!("is of no package and named almost like {}", name.lossy())),
        None if stem.starts_with(b"systemd-") => {
            (Level::Unusual, "is of no package, starts a program of none, and is named like systemd's own".to_owned())
        }
        None => return None,
    };
    let finding = super::finding(&DETECTOR, scene, entry, level, &says);
    Some(finding.innocent("another release of the same software, built here", false, "look at the program"))
}

/// Names of packaged units, and those that are known anyway; without their type.
fn known(world: &World) -> BTreeSet<Text> {
    let units = world.autostarts.iter().filter(|entry| entry.kind == AutostartKind::Unit);
    let packaged = units.filter(|entry| world.owner(&entry.path).is_owned());
    packaged.map(|entry| Text::from(stem(&entry.name))).chain(KNOWN.iter().map(|name| Text::from(*name))).collect()
}

/// The name without its type and without the instance.
fn stem(name: &[u8]) -> &[u8] {
    let name = name.rsplit_once_str(".").map_or(name, |(stem, _)| stem);
    name.split(|b| *b == b'@').next().unwrap_or_default()
}

/// How sure it is that one name was made to be taken for the other.
fn alike(known: &[u8], name: &[u8]) -> Option<Level> {
    let sizes = [known.len(), name.len()];
    if known == name || sizes.iter().any(|size| *size > MAX_LETTERS) {
        return None;
    }
    if looks(known) == looks(name) {
        return Some(Level::Suspicious);
    }
    if sizes.iter().any(|size| *size < MIN_LETTERS) {
        return None;
    }
    let same = known.iter().zip(name).take_while(|(a, b)| a == b).count();
    let (rest, other) = (known.get(same..)?, name.get(same..)?);
    let differ = match (rest, other) {
        ([a, x @ ..], [b, y @ ..]) if x == y => [Some(*a), Some(*b)],
        ([a, b, x @ ..], [c, d, y @ ..]) if x == y && a == d && b == c => [None, None],
        ([a, x @ ..], y) if x == y => [Some(*a), None],
        (x, [b, y @ ..]) if x == y => [None, Some(*b)],
        _ => return None,
    };
    // Numbers tell instances apart; a letter behind a name tells a daemon from its client, or one from many.
    let number = differ.iter().flatten().any(|b| !b.is_ascii_alphabetic());
    let at_end = same + 1 >= known.len().max(name.len());
    match () {
        () if number => None,
        () if at_end && !known.starts_with(b"systemd-") => Some(Level::Unusual),
        () => Some(Level::Suspicious),
    }
}

/// The name as it looks at a glance.
fn looks(name: &[u8]) -> Vec<u8> {
    let wide = name.replace("rn", "m").replace("vv", "w").replace("cl", "d");
    let glance = |b: &u8| match b {
        b'1' | b'I' | b'|' => b'l',
        b'0' | b'O' => b'o',
        other => other.to_ascii_lowercase(),
    };
    wide.iter().filter(|b| !b"-_.".contains(b)).map(glance).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;
    const NAME: &str = "persistence/unit-name-alike";

    #[track_caller]
    fn check_unit(name: &str, program: &str, expected: &str) {
        let file = format!("/etc/systemd/system/{name}.service");
        let host = format!(
            "/lib/systemd/system/fail2ban.service = ExecStart=/usr/bin/f\\n\n\
             package f 1 owns /lib/systemd/system/fail2ban.service,/usr/bin/f\n\
             {file} = ExecStart={program}\\n\n/usr/local/lib/x/x : mode=100755"
        );
        let expected: Vec<String> = if expected.is_empty() { vec![] } else { vec![expected.replace("FILE", &file)] };
        check(NAME, &host, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn almost_the_name_of_a_known_unit() {
        let says = "suspicious: FILE line 1 is of no package and named almost like";
        for name in ["systemd-joumald", "systemd-jounald", "systemd-juornald", "systemd_journald"] {
            check_unit(name, "/usr/local/lib/x/x", &format!("{says} systemd-journald"));
        }
        check_unit("fai1ban", "/usr/local/lib/x/x", "");
        check_unit("fa1l2ban", "/usr/local/lib/x/x", "");
        check_unit("fial2ban", "/usr/local/lib/x/x", &format!("{says} fail2ban"));
        check_unit("systemd-network", "/usr/local/lib/x/x", &format!("{says} systemd-networkd"));
        check_unit("systemd.journald", "/usr/local/lib/x/x", &format!("{says} systemd-journald"));
        check_unit("rsysIog", "/usr/local/lib/x/x", &format!("{says} rsyslog"));
        check_unit(
            "dockerd",
            "/usr/local/lib/x/x",
            "unusual: FILE line 1 is of no package and named almost like docker",
        );
    }
    #[test]
    fn named_like_systemds_own() {
        let text = "unusual: FILE line 1 is of no package, starts a program of none, and is named like systemd's own";
        check_unit("systemd-worker", "/usr/local/lib/x/x", text);
        check_unit("systemd-worker", "/usr/bin/f", "");
    }
    #[test]
    fn own_names_and_packaged_programs_are_quiet() {
        for name in ["app", "fail2ban2", "backup", "fail2ban-exporter"] {
            check_unit(name, "/usr/local/lib/x/x", "");
        }
        check_unit("fial2ban", "/usr/bin/f", "");
        check(NAME, "", &[]);
    }
    #[test]
    fn what_speaks_by_its_command_is_not_told_twice() {
        check_unit("systemd-joumald", "/dev/shm/x", "");
    }
    #[test]
    fn names_compared() {
        assert_eq!(alike(b"rsyslog", b"rsyslog"), None);
        assert_eq!(alike(b"cron", b"crond"), None);
        assert_eq!(alike(b"cron", b"cr0n"), Some(Level::Suspicious));
        assert_eq!(alike(b"redis1", b"redis2"), None);
        assert_eq!(alike(b"auditd", b"audltd"), Some(Level::Suspicious));
    }
}
