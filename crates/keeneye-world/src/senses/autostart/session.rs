//! What is started on the buses and in sessions: services of D-Bus (dbus-daemon(1)), entries of the desktop
//! (the XDG specification of autostart).

use super::places::{self, Place};
use super::{entry, programs};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Directories of services on the bus of the system, then of those on the bus of each session.
const SERVICES: [&str; 7] = [
    "/etc/dbus-1/system-services",
    "/usr/local/share/dbus-1/system-services",
    "/usr/share/dbus-1/system-services",
    "/lib/dbus-1/system-services",
    "/etc/dbus-1/services",
    "/usr/local/share/dbus-1/services",
    "/usr/share/dbus-1/services",
];

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    for dir in SERVICES {
        for place in places::files(look, dir).into_iter().filter(|place| place.name().ends_with(b".service")) {
            tell(look, &place, AutostartKind::Dbus, None);
        }
    }
    let mut desktop = vec![(Text::from("/etc/xdg/autostart"), None)];
    for home in places::homes(world) {
        let user = Some(Text::from(home.file_name()));
        desktop.push((home.join(".config/autostart"), user.clone()));
        let services = home.join(".local/share/dbus-1/services");
        for place in places::files_of(look, &services).into_iter().filter(|p| p.name().ends_with(b".service")) {
            tell(look, &place, AutostartKind::Desktop, user.clone());
        }
    }
    for (dir, user) in desktop {
        for place in places::files_of(look, &dir).into_iter().filter(|place| place.name().ends_with(b".desktop")) {
            tell(look, &place, AutostartKind::Desktop, user.clone());
        }
    }
}

fn tell(look: &mut Look<'_>, place: &Place, kind: AutostartKind, user: Option<Text>) {
    let text = look.optional_read(&place.target).unwrap_or_default();
    let Some((line, command)) = value(&text, b"Exec") else { return };
    // What a unit starts is told there.
    if value(&text, b"SystemdService").is_some() && command == "/bin/false" {
        return;
    }
    let hidden = value(&text, b"Hidden").is_some_and(|(_, value)| value == "true");
    let named = programs::of_shell(&command);
    let entry = Autostart {
        kind,
        path: place.target.clone(),
        line: Some(line),
        name: place.name(),
        user: value(&text, b"User").map(|(_, user)| user).or(user),
        command,
        dormant: hidden,
        ..Autostart::default()
    };
    entry::saw(look, entry, named);
}

/// The first `KEY=value`, with its line.
fn value(text: &[u8], key: &[u8]) -> Option<(u32, Text)> {
    text.lines().take(10_000).enumerate().find_map(|(index, line)| {
        let (name, value) = line.split_once_str("=")?;
        (name.trim_ascii() == key).then(|| (entry::line_number(index), Text::from(value.trim_ascii())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn values_of_keys() {
        let text = b"[D-BUS Service]\nName=org.x\nExec = /usr/bin/x --a=b\nUser=root\nExec=/y\n";
        assert_eq!(value(text, b"Exec"), Some((3, Text::from("/usr/bin/x --a=b"))));
        assert_eq!(value(text, b"Hidden"), None);
        crate::mutate::check(&[text], |bytes| value(bytes, b"Exec").is_some());
    }
}
