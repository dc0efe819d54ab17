//! A program runs whenever somebody authenticates.
//!
//! # What it sees
//! A line of PAM with `pam_exec` or `pam_script`, in a file that is not as a package brought it. It is `suspicious`
//! where passwords pass by (`auth`, `password`, `expose_authtok`) and the program is of no package, or takes code; and
//! where the program hides, is not there, or lies where no admin keeps programs. The rest is `unusual`.
//!
//! # Why it matters
//! The program gets every password in the clear, or runs as root whenever somebody logs in.
//!
//! # Innocent causes
//! Notices of logins: `session optional pam_exec.so /usr/local/bin/notify` is what admins write. Programs of packages
//! are quiet outside of `auth` and `password`.
//!
//! # What to do
//! Read the program. If it writes passwords anywhere, all that were typed since are known: see the time of the file.

use super::pam_rule::Rule;
use super::{entry, risk};
use crate::{Detector, Scene, place, shells};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level, Ownership, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/pam-program",
    title: "a program runs whenever somebody authenticates",
    level: Level::Suspicious,
    attack: &["T1556.003"],
    absolute: false,
    source: include_str!("pam_program.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Pam).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let world = scene.world;
    let rule = Rule::of(one)?;
    if rule.module != "pam_exec.so" && rule.module != "pam_script.so" {
        return None;
    }
    let programs: Vec<&Text> = one.programs.iter().filter(|path| path.file_name() != &**rule.module).collect();
    let signs = risk::of_entry(world, one);
    let judged = programs.iter().filter_map(|program| level(world, &rule, program)).max();
    let nobody_knows = *world.owner(&one.path) == Ownership::Unknown;
    let level = match entry::said(&signs) {
        Some(_) => Level::Suspicious,
        None => judged?,
    };
    let level = if nobody_knows { Level::Unusual } else { level };
    let program = programs.first().map_or_else(|| one.command.clone(), |program| (*program).clone());
    let how = if rule.sees_passwords() { ", and passwords pass by there" } else { "" };
    let seen = format!("runs {} whenever somebody authenticates ({}){how}", program.lossy(), one.when.lossy());
    let finding = entry::finding(&DETECTOR, scene, one, level, (&seen, &signs))
        .innocent("a notice of logins", rule.sees_passwords(), "it would stand in a session line")
        .innocent("a second factor of the admin's making", false, "ask who wrote the line");
    Some(finding)
}

fn level(world: &World, rule: &Rule<'_>, program: &Text) -> Option<Level> {
    let packaged = world.owner(program).is_owned_unchanged();
    let there = world.file(program).is_some_and(|file| file.stat.is_some());
    let kept = place::is_admin(program, &world.accounts);
    match rule.sees_passwords() {
        true if packaged && !shells::takes_code(program) => Some(Level::Unusual),
        true => Some(Level::Suspicious),
        false if packaged => shells::takes_code(program).then_some(Level::Unusual),
        false if there && kept => Some(Level::Unusual),
        false => Some(Level::Suspicious),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/pam-program";

    fn said(path: &str, line: &str) -> Vec<String> {
        let host = format!(
            "package libpam-modules 1.5 owns /usr/lib/x86_64-linux-gnu/security/pam_exec.so,/etc/pam.d/owned\n\
             package acme 1 owns /usr/bin/acme-check\npackage bash 5 owns /usr/bin/bash\n\
             /usr/local/bin/notify : mode=100755\n/dev/shm/.x/y : mode=100755\n/etc/pam.d/{path} = # x\\n{line}\\n"
        );
        findings(NAME, &host, &[])
    }

    #[test]
    fn programs_that_see_passwords() {
        let text = "suspicious: /etc/pam.d/common-auth line 2 runs /usr/local/lib/log whenever somebody authenticates (auth \
                    optional), and passwords pass by there";
        assert_eq!(said("common-auth", "auth optional pam_exec.so quiet expose_authtok /usr/local/lib/log"), [text]);
        for line in [
            "auth required pam_exec.so /usr/local/bin/notify",
            "auth [success=ok default=ignore] pam_exec.so debug log=/x /usr/local/bin/notify",
            "password optional pam_exec.so expose_authtok /usr/local/bin/notify",
            "session optional pam_exec.so expose_authtok /usr/local/bin/notify",
            "auth optional /usr/lib/x86_64-linux-gnu/security/pam_exec.so /bin/none",
            "auth optional pam_exec.so /usr/bin/bash /root/x",
            "auth required pam_script.so dir=/usr/local/etc/x",
            "session optional pam_exec.so /dev/shm/.x/y",
            "session optional pam_exec.so /etc/x",
            "-account optional pam_exec.so seteuid /usr/local/bin/gone",
        ] {
            let said = said("sshd", line);
            assert!(said.len() == 1 && said[0].starts_with("suspicious: /etc/pam.d/sshd line 2 "), "{line}: {said:?}");
        }
    }
    #[test]
    fn notices_of_logins_are_unusual() {
        for line in [
            "session optional pam_exec.so seteuid /usr/local/bin/notify",
            "auth required pam_exec.so /usr/bin/acme-check",
            "session optional pam_exec.so /usr/bin/bash /usr/local/bin/notify",
        ] {
            let said = said("sshd", line);
            assert!(said.len() == 1 && said[0].starts_with("unusual: "), "{line}: {said:?}");
        }
    }
    #[test]
    fn what_packages_do_is_quiet() {
        assert_eq!(said("sshd", "session optional pam_exec.so /usr/bin/acme-check"), [""; 0]);
        assert_eq!(said("owned", "auth optional pam_exec.so expose_authtok /usr/local/lib/log"), [""; 0]);
        assert_eq!(said("sshd", "# auth optional pam_exec.so expose_authtok /usr/local/lib/log"), [""; 0]);
        assert_eq!(said("sshd.dpkg-old", "auth optional pam_exec.so /usr/local/lib/log"), [""; 0]);
        let quiet = "process 1 exe=/sbin/init";
        crate::testing::check(NAME, quiet, &[]);
    }
}
