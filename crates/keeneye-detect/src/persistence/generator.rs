//! A generator or a hook of systemd that no package brought.
//!
//! # What it sees
//! A file in a directory of generators of the system or of users (`/etc/systemd/system-generators` and its like), or of
//! environment generators, or of hooks for shutdown and sleep (`system-shutdown`, `system-sleep`), that no package
//! owns; a line of environment.d, pam_env.conf or `~/.pam_environment` that has a library loaded which no package owns.
//!
//! # Why it matters
//! Generators run as root before anything else, before logging and before the firewall, and can make units that no file
//! on the disk shows afterwards. Admins do not write them. Hooks put back at the end what was cleaned away.
//!
//! # Innocent causes
//! Software that was installed without the package manager and brings one (container engines, storage tools).
//!
//! # What to do
//! Read it. `systemctl daemon-reload` runs it again, so look at it before you do that.

use super::{entry, foreign, judge, risky};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level, Ownership};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/generator",
    title: "a generator or hook of systemd of no package",
    level: Level::Suspicious,
    attack: &["T1543.002"],
    absolute: false,
    source: include_str!("generator.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    foreign(scene.world, &[AutostartKind::Generator]).filter_map(|entry| look(scene, entry)).collect()
}

fn look(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let judged = judge(scene.world, one);
    // An agent's own directory is as good a place here as for a unit; the admin's libraries and homes are not.
    let loads = entry::of_preload(scene.world, one).filter(|level| *level > Level::Unusual && judged.is_none());
    if let Some(level) = loads {
        let says = "makes every program of a session load a library that no package owns";
        let finding = super::finding(&DETECTOR, scene, one, level, says);
        return Some(finding.innocent(
            "an allocator that somebody built",
            false,
            "ask who; it would be for one service",
        ));
    }
    let level = match scene.world.owner(&one.path) {
        Ownership::Unowned if one.dormant => Level::Unusual,
        Ownership::Unowned => Level::Suspicious,
        // Nobody knows whose it is, or its package changed: other detectors speak of that.
        _ => Level::Note,
    };
    let finding = match judged {
        Some((of_signs, signs)) if one.line.is_some() || of_signs >= level => {
            risky(&DETECTOR, scene, one, (of_signs, signs))?
        }
        _ if one.line.is_some() || level == Level::Note => return None,
        _ => {
            let is_hook = one.when == "at shutdown" || one.when == "at sleep";
            let what = if is_hook { "hook" } else { "generator" };
            super::finding(&DETECTOR, scene, one, level, &format!("is a {what} of systemd, and no package owns it"))
        }
    };
    Some(finding.innocent("software that was installed without the package manager", false, "read it"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "persistence/generator";

    #[track_caller]
    fn check_generator(path: &str, more: &str, expected: &[&str]) {
        let host = format!("package a 1\n{path} = #!/bin/sh\\nexit 0\\n\n{path} : mode=100755\n{more}");
        check(NAME, &host, expected);
    }

    #[test]
    fn libraries_for_every_session() {
        let said = |path: &str, line: &str| {
            let host = format!(
                "package a 1 owns /usr/lib/own.so\n/etc/passwd = anna:x:1000:1000::/home/anna:/bin/sh\\n\n\
                 /usr/local/lib/x.so : mode=100644\n/opt/agent/a.so : mode=100644\n{path} = {line}\\n"
            );
            crate::testing::findings(NAME, &host, &[])
        };
        for (path, line) in [
            ("/etc/environment.d/x.conf", "LD_PRELOAD=/usr/local/lib/x.so"),
            ("/etc/security/pam_env.conf", "LD_PRELOAD DEFAULT=/usr/local/lib/x.so"),
            ("/home/anna/.pam_environment", "LD_AUDIT OVERRIDE=/usr/local/lib/x.so"),
            ("/home/anna/.pam_environment", "LD_PRELOAD=/usr/local/lib/x.so"),
        ] {
            let loud = said(path, line);
            assert!(loud.len() == 1 && loud[0].starts_with("suspicious: "), "{path}: {loud:?}");
            for quiet in ["LD_PRELOAD=/usr/lib/own.so", "EDITOR=/usr/local/lib/x.so", "LD_PRELOAD=/opt/agent/a.so"] {
                let said = said(path, quiet);
                assert!(said.iter().all(|text| text.starts_with("unusual: ")), "{path}: {said:?}");
            }
        }
    }
    #[test]
    fn a_hook_of_no_package() {
        for dir in ["/usr/lib/systemd/system-shutdown", "/usr/lib/systemd/system-sleep", "/etc/systemd/system-sleep"] {
            let text = format!("suspicious: {dir}/x is a hook of systemd, and no package owns it");
            check_generator(&format!("{dir}/x"), "", &[&text]);
            check_generator(&format!("{dir}/x"), &format!("package x 1 owns {dir}/x"), &[]);
        }
    }
    #[test]
    fn a_generator_of_no_package() {
        for dir in [
            "/etc/systemd/system-generators",
            "/usr/lib/systemd/system-generators",
            "/run/systemd/user-generators",
            "/usr/local/lib/systemd/user-environment-generators",
        ] {
            let text = format!("suspicious: {dir}/x is a generator of systemd, and no package owns it");
            check_generator(&format!("{dir}/x"), "", &[&text]);
            check_generator(&format!("{dir}/x"), &format!("package x 1 owns {dir}/x"), &[]);
        }
    }
    #[test]
    fn one_that_may_not_run() {
        let path = "/etc/systemd/system-generators/x";
        let text = "unusual: /etc/systemd/system-generators/x is a generator of systemd, and no package owns it \
                    (does not start as it is)";
        check_generator(path, &format!("{path} : mode=100644"), &[text]);
    }
    #[test]
    fn without_a_package_database_nobody_can_say() {
        check(
            NAME,
            "/etc/systemd/system-generators/x = #!/bin/sh\\n\n/etc/systemd/system-generators/x : mode=100755",
            &[],
        );
    }
    #[test]
    fn variables_of_all_users() {
        let host = "package a 1\n/etc/environment.d/x.conf = A=b\\nLD_PRELOAD=/usr/lib/l.so\\n\n/usr/lib/l.so = x\n";
        let text =
            "suspicious: /etc/environment.d/x.conf line 2 has what it starts load /usr/lib/l.so, which no package owns";
        check(NAME, host, &[text]);
        check(NAME, &format!("{host}package l 1 owns /usr/lib/l.so"), &[]);
    }
}
