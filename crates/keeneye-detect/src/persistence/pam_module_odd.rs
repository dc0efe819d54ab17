//! PAM loads a module from elsewhere than its own directory.
//!
//! # What it sees
//! A line of PAM with the full path of a module that no package owns, outside of the directories of modules, in a file
//! that is not as a package brought it. In /opt and /usr/local it is `unusual`.
//!
//! # Why it matters
//! The module sees passwords and decides who gets in. Modules of no package in PAM's own directory are told as
//! `integrity/unowned-in-package-dir`.
//!
//! # Innocent causes
//! Products for a second factor or a directory of their own, built or unpacked by hand.
//!
//! # What to do
//! Find out which product the module belongs to. Until then treat passwords that were typed as known to others.

use super::entry;
use super::pam_rule::Rule;
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Interest, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/pam-module-odd",
    title: "PAM loads a module from elsewhere",
    level: Level::Suspicious,
    attack: &["T1556.003"],
    absolute: false,
    source: include_str!("pam_module_odd.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Pam).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let rule = Rule::of(one)?;
    let modules = one.programs.iter().filter(|path| path.file_name() == &**rule.module);
    let mut facts = modules.filter_map(|path| scene.world.file(path));
    let stranger = facts
        .find(|file| file.stat.is_some() && file.owner.is_unowned() && !file.interests.contains(&Interest::Pam))?;
    let level = if super::is_of_admin(scene.world, &stranger.path) { Level::Unusual } else { Level::Suspicious };
    let seen = format!("loads {}, which no package owns ({})", stranger.path.lossy(), one.when.lossy());
    let finding = entry::finding(&DETECTOR, scene, one, level, (&seen, &[]));
    Some(finding.innocent("a product for a second factor", false, "other files of it would lie beside the module"))
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/pam-module-odd";

    fn said(module: &str) -> Vec<String> {
        let host = format!(
            "package libpam-modules 1 owns /usr/lib/x86_64-linux-gnu/security/pam_unix.so\n\
             /usr/lib/x86_64-linux-gnu/security/pam_z.so : mode=100644\n/var/lib/.x/pam_x.so : mode=100644\n\
             /usr/local/lib/security/pam_y.so : mode=100644\n/etc/pam.d/sshd = auth sufficient {module}\\n"
        );
        findings(NAME, &host, &[])
    }

    #[test]
    fn modules_from_elsewhere() {
        let text =
            "suspicious: /etc/pam.d/sshd line 1 loads /var/lib/.x/pam_x.so, which no package owns (auth sufficient)";
        assert_eq!(said("/var/lib/.x/pam_x.so nullok"), [text]);
        assert!(said("/usr/local/lib/security/pam_y.so")[0].starts_with("unusual: "));
    }
    #[test]
    fn modules_in_their_place_are_quiet_here() {
        for module in ["pam_unix.so", "pam_z.so", "pam_gone.so", "/opt/gone.so"] {
            assert_eq!(said(module), [""; 0], "{module}");
        }
        crate::testing::check(NAME, "package a 1\n/etc/pam.d/x = auth required pam_unix.so", &[]);
    }
}
