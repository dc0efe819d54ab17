//! Settings of systemd's managers themselves, which hold for whatever they start: systemd-system.conf(5).

use super::environment;
use super::places::{self, Place};
use super::unit;
use crate::{Look, World};
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Directories that hold `system.conf`, `user.conf` and directories of further files for each.
const DIRS: [&str; 5] = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", "/lib/systemd"];

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    for dir in DIRS {
        for (manager, name, user) in [("system.conf", "all units", Some("root")), ("user.conf", "all user units", None)]
        {
            let mut files: Vec<Place> = Vec::new();
            files.extend(places::file(look, &Text::from(dir).join(manager)));
            let more = places::files_of(look, &Text::from(dir).join([manager, ".d"].concat()));
            files.extend(more.into_iter().filter(|place| place.name().ends_with(b".conf")));
            for place in files {
                let of = Autostart {
                    kind: AutostartKind::DropIn,
                    path: place.target.clone(),
                    name: Text::from(name),
                    user: user.map(Text::from),
                    ..Autostart::default()
                };
                settings(look, &of);
            }
        }
    }
}

fn settings(look: &mut Look<'_>, of: &Autostart) {
    let text = look.optional_read(&of.path).unwrap_or_default();
    for setting in unit::parse(&text).settings {
        if !matches!(setting.key.as_slice(), b"DefaultEnvironment" | b"ManagerEnvironment") {
            continue;
        }
        for word in unit::words(&setting.value) {
            if let Some((name, value)) = environment::assignment(&word) {
                environment::saw(look, of, setting.line, name, value);
            }
        }
    }
}
