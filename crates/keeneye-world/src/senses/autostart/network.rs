//! Hooks of the network: NetworkManager-dispatcher(8), interfaces(5), dhclient-script(8), networkd-dispatcher(8),
//! pppd(8), resolvconf(8).

use super::places::{self, Place};
use super::{entry, lines, names, programs, script};
use crate::{Look, World};
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Directories whose files run as programs.
const EXECUTED: [&str; 25] = [
    "/etc/NetworkManager/dispatcher.d",
    "/etc/NetworkManager/dispatcher.d/pre-up.d",
    "/etc/NetworkManager/dispatcher.d/pre-down.d",
    "/etc/NetworkManager/dispatcher.d/no-wait.d",
    "/usr/lib/NetworkManager/dispatcher.d",
    "/usr/lib/NetworkManager/dispatcher.d/pre-up.d",
    "/etc/network/if-pre-up.d",
    "/etc/network/if-up.d",
    "/etc/network/if-down.d",
    "/etc/network/if-post-down.d",
    "/etc/networkd-dispatcher/routable.d",
    "/etc/networkd-dispatcher/carrier.d",
    "/etc/networkd-dispatcher/configured.d",
    "/etc/networkd-dispatcher/degraded.d",
    "/etc/networkd-dispatcher/dormant.d",
    "/etc/networkd-dispatcher/no-carrier.d",
    "/etc/networkd-dispatcher/off.d",
    "/usr/lib/networkd-dispatcher/routable.d",
    "/etc/ppp/ip-up.d",
    "/etc/ppp/ip-down.d",
    "/etc/ppp/ipv6-up.d",
    "/etc/ppp/ipv6-down.d",
    "/etc/resolvconf/update.d",
    "/etc/resolvconf/update-libc.d",
    "/etc/wpa_supplicant/action.d",
];
/// Directories whose files a shell reads.
const READ: [&str; 4] = [
    "/etc/dhcp/dhclient-enter-hooks.d",
    "/etc/dhcp/dhclient-exit-hooks.d",
    "/etc/dhclient-enter-hooks.d",
    "/etc/dhclient-exit-hooks.d",
];
/// Single files that a shell reads or runs.
const FILES: [&str; 6] = [
    "/etc/dhclient-enter-hooks",
    "/etc/dhclient-exit-hooks",
    "/etc/dhcpcd.enter-hook",
    "/etc/dhcpcd.exit-hook",
    "/etc/ppp/ip-up.local",
    "/etc/ppp/ip-down.local",
];
/// Options of an interface that are commands.
const COMMANDS: [&[u8]; 6] = [b"pre-up", b"up", b"post-up", b"down", b"pre-down", b"post-down"];

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    for dir in EXECUTED {
        for place in hooks(look, dir) {
            script::saw(look, &place, hook(&place));
        }
    }
    for dir in READ {
        for place in hooks(look, dir) {
            script::saw_read(look, &place, hook(&place));
        }
    }
    for file in FILES {
        if let Some(place) = places::file(look, &Text::from(file)) {
            script::saw_read(look, &place, hook(&place));
        }
    }
    let mut settings = places::files(look, "/etc/network/interfaces.d");
    settings.extend(places::file(look, &Text::from("/etc/network/interfaces")));
    for place in settings {
        interfaces(look, &place);
    }
}

fn hooks(look: &mut Look<'_>, dir: &str) -> Vec<Place> {
    let mut places = places::files(look, dir);
    places.retain(|place| !names::is_leftover(&place.name()));
    places
}

fn hook(place: &Place) -> Autostart {
    Autostart { kind: AutostartKind::Network, name: place.name(), user: Some("root".into()), ..Autostart::default() }
}

fn interfaces(look: &mut Look<'_>, place: &Place) {
    let text = look.optional_read(&place.target).unwrap_or_default();
    for (line, when, command) in commands(&text) {
        let named = programs::of_shell(&command);
        let entry = Autostart { path: place.target.clone(), line: Some(line), when, command, ..hook(place) };
        entry::saw(look, entry, named);
    }
}

/// Line, option, command.
fn commands(text: &[u8]) -> Vec<(u32, Text, Text)> {
    let found = lines::joined(text).into_iter().filter_map(|(number, line)| {
        let end = line.iter().position(|b| b.is_ascii_whitespace())?;
        let (option, command) = line.split_at_checked(end)?;
        COMMANDS.contains(&option).then(|| (number, Text::from(option), Text::from(command.trim_ascii())))
    });
    found.take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn commands_of_interfaces() {
        let text = b"auto eth0\niface eth0 inet static\n  address 192.0.2.2/24\n  post-up ip route add x \\\n    via y\n# up x\n";
        assert_eq!(commands(text), [(4, Text::from("post-up"), Text::from("ip route add x via y"))]);
        crate::mutate::check(&[text], |bytes| !commands(bytes).is_empty());
    }
}
