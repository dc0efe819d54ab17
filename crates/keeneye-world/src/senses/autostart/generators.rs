//! Generators of systemd, which run before any unit, its hooks for the end of the machine and for its sleep, and what
//! sets the environment of units and users: systemd.generator(7), systemd.environment-generator(7),
//! systemd-shutdown(8), systemd-sleep(8), environment.d(5).

use super::places;
use super::{entry, environment, script, unit};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Parents of the directories of generators.
const PARENTS: [&str; 5] =
    ["/run/systemd", "/etc/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", "/lib/systemd"];
/// Directories of generators and hooks, whom they run as, and when.
const KINDS: [(&str, Option<&str>, &str); 6] = [
    ("system-generators", Some("root"), "at boot"),
    ("user-generators", None, "at login"),
    ("system-environment-generators", Some("root"), "at boot"),
    ("user-environment-generators", None, "at login"),
    ("system-shutdown", Some("root"), "at shutdown"),
    ("system-sleep", Some("root"), "at sleep"),
];
const ENVIRONMENTS: [&str; 4] =
    ["/etc/environment.d", "/run/environment.d", "/usr/local/lib/environment.d", "/usr/lib/environment.d"];

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    let mut seen = std::collections::BTreeSet::new();
    for parent in PARENTS {
        for (kind, user, when) in KINDS {
            let Some(dir) = look.optional_resolve(&Text::from(parent).join(kind)) else { continue };
            if !seen.insert(dir.clone()) {
                continue;
            }
            for place in places::files_of(look, &dir) {
                let entry = Autostart {
                    kind: AutostartKind::Generator,
                    name: place.name(),
                    user: user.map(Text::from),
                    when: Text::from(when),
                    ..Autostart::default()
                };
                script::saw(look, &place, entry);
            }
        }
    }
    let homes = places::homes(world).into_iter().map(|home| home.join(".config/environment.d"));
    let dirs: Vec<Text> = ENVIRONMENTS.map(Text::from).into_iter().chain(homes).collect();
    for dir in dirs {
        variables(look, &dir);
    }
}

fn variables(look: &mut Look<'_>, dir: &Text) {
    for place in places::files_of(look, dir) {
        let Some(text) = look.optional_read(&place.target) else { continue };
        let of = Autostart {
            kind: AutostartKind::Generator,
            path: place.target.clone(),
            name: Text::from("environment.d"),
            ..Autostart::default()
        };
        for (index, line) in text.lines().enumerate().take(1_000) {
            for word in unit::words(line.trim_ascii()).iter().take(1) {
                if let Some((name, value)) = environment::assignment(word) {
                    environment::saw(look, &of, entry::line_number(index), name, value);
                }
            }
        }
    }
}
