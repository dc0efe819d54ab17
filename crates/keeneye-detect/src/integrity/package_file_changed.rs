//! A file of a package is not what the package brought.
//!
//! # What it sees
//! The package database keeps a digest of the file, and the file's content has another one, in two looks. Files that
//! are looked at: what runs, libraries that running programs have loaded, PAM and name service modules, the dynamic
//! linker and the C library, commands that admins trust, and what units, cron and init start.
//!
//! # Why it matters
//! A changed `sshd` collects passwords, a changed `ps` hides processes, a changed PAM module lets its maker in. Code
//! that gets into every program by its place is told as `compromised`.
//!
//! # Innocent causes
//! Files that are meant to be edited (conffiles): always a note. Scripts that an admin repaired by hand, and vendor
//! programs in /opt that update themselves: `unusual`. A local build copied over the packaged file. A damaged disk.
//! A running upgrade is no cause: dpkg's own state is asked again.
//!
//! # What to do
//! Keep a copy (`keeneye capture --with-files -o host.kee`), then compare with the package from the distribution's server:
//! `apt-get install --reinstall PACKAGE` puts the package's own file back.

use super::{is_loaded_by_place, portrait};
use crate::{Detector, Scene, place, subject};
use keeneye_facts::{DigestCheck, FileFact, FileKind, Finding, Interest, Level, Ownership};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/package-file-changed",
    title: "a file is not what its package brought",
    level: Level::Compromised,
    attack: &["T1554"],
    absolute: false,
    source: include_str!("package_file_changed.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.files.values().filter_map(|fact| judge(scene.world, fact)).collect()
}

fn judge(world: &World, fact: &FileFact) -> Option<Finding> {
    let Ownership::Owned { package, digest: DigestCheck::Differs { expected, found }, conffile, .. } = &fact.owner
    else {
        return None;
    };
    let level = level(fact, *conffile);
    let meant = if *conffile { " (it is meant to be edited)" } else { "" };
    let summary = format!("{} differs from what package {package} brought{meant}", fact.path.lossy());
    let finding = DETECTOR
        .finding(level, subject::file(&fact.path), summary)
        .evidence("md5 in the package database", expected.clone())
        .evidence("md5 of the file", found.clone())
        .innocent("an admin edited it", false, if *conffile { "it is a conffile" } else { "ask who did" })
        .innocent("an upgrade was running", true, "two looks at the file and at the package's state agree")
        .innocent("a local build or an update by the program itself", false, "compare with the vendor's own digest")
        .next(format!("keeneye look file {}", fact.path.lossy()))
        .next(format!("after a copy was kept: apt-get install --reinstall {package}"));
    Some(portrait(finding, world, fact))
}

fn level(fact: &FileFact, conffile: bool) -> Level {
    let own_place = place::volatile_dir(&fact.path).is_none() && fact.path.is_within("/opt");
    let trusted = fact.interests.contains(&Interest::Command);
    match fact.kind {
        _ if conffile => Level::Note,
        _ if is_loaded_by_place(fact) => Level::Compromised,
        FileKind::Elf if own_place => Level::Unusual,
        FileKind::Elf => Level::Suspicious,
        _ if trusted => Level::Suspicious,
        _ => Level::Unusual,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/package-file-changed";

    #[test]
    fn a_changed_daemon_is_loud_and_an_intact_one_quiet() {
        let host = "package openssh-server 1:9.2 owns /usr/sbin/sshd\nprocess 41 exe=/usr/sbin/sshd";
        check(
            NAME,
            &format!("{host}\ntampered /usr/sbin/sshd"),
            &["suspicious: /usr/sbin/sshd differs from what package openssh-server brought"],
        );
        check(NAME, host, &[]);
    }
    #[test]
    fn a_changed_pam_module_is_compromised() {
        let host = "package libpam-modules 1 owns /usr/lib/x86_64-linux-gnu/security/pam_unix.so";
        let text = "compromised: /usr/lib/x86_64-linux-gnu/security/pam_unix.so differs from what package libpam-modules brought";
        check(NAME, &format!("{host}\ntampered /usr/lib/x86_64-linux-gnu/security/pam_unix.so"), &[text]);
        check(NAME, host, &[]);
    }
    #[test]
    fn an_edited_conffile_is_a_note() {
        let host = "package cron 3 owns /etc/init.d/cron\n/etc/init.d/cron = #!/bin/sh\\n\ntampered /etc/init.d/cron";
        check(
            NAME,
            host,
            &["note: /etc/init.d/cron differs from what package cron brought (it is meant to be edited)"],
        );
    }
    #[test]
    fn a_command_that_does_not_run_is_looked_at_too() {
        let host = "package procps 2 owns /usr/bin/ps\ntampered /usr/bin/ps";
        check(NAME, host, &["suspicious: /usr/bin/ps differs from what package procps brought"]);
        check(NAME, "package procps 2 owns /usr/bin/psx\ntampered /usr/bin/psx", &[]);
    }
    #[test]
    fn while_dpkg_exchanges_the_package_nothing_is_said() {
        let status = "Package: procps\\nStatus: install ok half-installed\\nArchitecture: amd64\\nVersion: 2\\n";
        let host = "package procps 2 owns /usr/bin/ps\ntampered /usr/bin/ps";
        check(NAME, &format!("{host}\n/var/lib/dpkg/status = {status}"), &[]);
    }
    #[test]
    fn the_file_of_a_diversion_is_compared_with_its_own_package() {
        let host = "package procps 2 owns /usr/bin/ps\n/usr/bin/ps = #!/bin/sh\\n\n\
                    /usr/bin/ps.distrib : mode=100755\n\
                    /var/lib/dpkg/diversions = /usr/bin/ps\\n/usr/bin/ps.distrib\\n:\\n";
        check(NAME, host, &[]);
    }
}
