//! polkit says yes to everybody, or asks a program of nobody's.
//!
//! # What it sees
//! A rule in a file that is not as a package brought it, which answers yes and asks neither for a user, nor for a
//! group, nor for a session; `unusual` when it is only about certain actions. Or a rule that runs a program that no
//! package owns.
//!
//! # Why it matters
//! With it every account, also that of a web server, may start services as root (`pkexec`, `systemctl`, `run0`).
//!
//! # Innocent causes
//! Machines for one person (kiosks, desktops) where somebody wanted no questions.
//!
//! # What to do
//! `pkaction --verbose` shows which actions there are. Take the rule out unless somebody needs it so.

use super::{entry, risk};
use crate::{Detector, Scene};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/polkit-open",
    title: "polkit says yes to everybody",
    level: Level::Suspicious,
    attack: &["T1548", "T1546"],
    absolute: false,
    source: include_str!("polkit_open.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Polkit).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let world = scene.world;
    let confined = one.command.contains_str("action.id") || one.command.starts_with(b"Identity=");
    let (level, seen) = match one.when.as_slice() {
        b"spawn" => {
            let placed = risk::of_entry(world, one).iter().any(|sign| sign.weight == risk::Weight::Place);
            let level = entry::of_programs(world, one).max(placed.then_some(Level::Suspicious))?;
            (level, "asks a program whether somebody may do something as root")
        }
        b"yes to everybody" if confined => (Level::Unusual, "lets everybody do something as root"),
        b"yes to everybody" => (Level::Suspicious, "lets everybody do everything as root"),
        _ => return None,
    };
    let known = world.owner(&one.path).is_unowned() || world.owner(&one.path).is_changed();
    let level = if known { level } else { level.min(Level::Unusual) };
    let finding = entry::finding(&DETECTOR, scene, one, level, (seen, &[]));
    Some(finding.innocent("a machine for one person", false, "ask who wrote the rule"))
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/polkit-open";

    fn said(path: &str, text: &str) -> Vec<String> {
        let host = format!(
            "package polkitd 1 owns /usr/share/polkit-1/rules.d/50-default.rules\n/var/lib/x : mode=100755\n{path} = {text}\n"
        );
        findings(NAME, &host, &[])
    }
    const OWN: &str = "/etc/polkit-1/rules.d/00-x.rules";

    #[test]
    fn rules_for_everybody() {
        let text = "suspicious: /etc/polkit-1/rules.d/00-x.rules line 1 lets everybody do everything as root";
        let rule = "polkit.addRule(function(action, subject) {\\n  return polkit.Result.YES;\\n});\\n";
        assert_eq!(said(OWN, rule), [text]);
        assert_eq!(said("/usr/share/polkit-1/rules.d/50-default.rules", rule), [""; 0]);
        let confined = rule.replace("return", "if (action.id == \"org.x\") return");
        assert!(said(OWN, &confined)[0].starts_with("unusual: "));
        let spawn = "polkit.addRule(function(a, s) { if (a.id == \"x\" && s.isInGroup(\"y\")) polkit.spawn([\"/var/lib/x\"]); });";
        assert!(said(OWN, spawn)[0].starts_with("suspicious: "));
        let pkla = "[x]\\nIdentity=unix-user:*\\nAction=*\\nResultAny=yes\\n";
        assert!(said("/etc/polkit-1/localauthority/50-local.d/x.pkla", pkla)[0].starts_with("unusual: "));
    }
    #[test]
    fn rules_for_somebody_are_quiet() {
        for rule in [
            "polkit.addRule(function(action, subject) { if (subject.isInGroup(\"sudo\")) { return polkit.Result.YES; } });",
            "polkit.addRule(function(a, subject) { if (subject.user == \"deploy\") return polkit.Result.YES; });",
            "// polkit.addRule(function(a, s) { return polkit.Result.YES; });",
            "polkit.addRule(function(a, s) { return polkit.Result.AUTH_ADMIN; });",
        ] {
            assert_eq!(said(OWN, rule), [""; 0], "{rule}");
        }
        crate::testing::check(NAME, "package a 1", &[]);
    }
}
