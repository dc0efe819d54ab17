//! Every program may load libraries from a place where no library lies.
//!
//! # What it sees
//! A directory in the dynamic linker's settings (`/etc/ld.so.conf.d`) that everybody may write to, that does not
//! outlive a boot, that hides or that lies in a home; or a name service of /etc/nsswitch.conf whose library no package
//! owns and that lies outside of packages' directories. Files that are as a package brought them are quiet.
//!
//! # Why it matters
//! A library there stands before the packaged one of the same name in every program, or is loaded by all that ask for a
//! user's or a host's name, sshd and sudo among them.
//!
//! # Innocent causes
//! Software in /opt and /usr/local has such settings, and is quiet. A name service that the admin built into /usr/local
//! is `unusual`, as are directories in homes.
//!
//! # What to do
//! `ldconfig -p` shows which libraries come from there.

use super::entry;
use crate::{Detector, Scene, place};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level, Ownership, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/library-path-odd",
    title: "libraries are loaded from a place where none lie",
    level: Level::Suspicious,
    attack: &["T1574.006", "T1556"],
    absolute: false,
    source: include_str!("library_path_odd.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let dirs = entry::foreign(world, AutostartKind::Linker).filter_map(|one| directory(scene, one));
    let services = entry::foreign(world, AutostartKind::NameService).filter_map(|one| name_service(scene, one));
    dirs.chain(services).collect()
}

fn directory(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let dir = one.programs.first()?;
    let (level, how) = oddity(scene.world, dir)?;
    let level = if *scene.world.owner(&one.path) == Ownership::Unknown { level.min(Level::Unusual) } else { level };
    let seen = format!("lets every program load libraries from {}, which {how}", dir.lossy());
    let finding = entry::finding(&DETECTOR, scene, one, level, (&seen, &[]));
    Some(finding.innocent("software that was built there", false, "it would lie in /opt or /usr/local"))
}

fn oddity(world: &World, dir: &Text) -> Option<(Level, &'static str)> {
    if place::is_volatile(&dir.join("x")) {
        return Some((Level::Suspicious, "does not outlive a boot or may be written to by everybody"));
    }
    if place::hidden_component(dir).is_some() && !place::is_tool_dot_dir(&dir.join("x"), &world.accounts) {
        return Some((Level::Suspicious, "hides"));
    }
    place::home_of(&dir.join("x"), &world.accounts).map(|_| (Level::Unusual, "lies in a home"))
}

fn name_service(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let world = scene.world;
    let library = one.programs.first().filter(|library| !place::is_packaged(library))?;
    if !world.owner(library).is_unowned() {
        return None;
    }
    let level = if super::is_of_admin(world, library) { Level::Unusual } else { Level::Suspicious };
    let seen = format!(
        "makes every program that asks for {} load {}, which no package owns",
        one.name.lossy(),
        library.lossy()
    );
    let finding = entry::finding(&DETECTOR, scene, one, level, (&seen, &[]));
    Some(finding.innocent("a directory service of the admin's making", false, "ask who built it"))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};
    const NAME: &str = "persistence/library-path-odd";
    const BASE: &str = "package libc6 2 owns /etc/ld.so.conf.d/libc.conf,/usr/lib/libnss_files.so.2\n";

    fn dirs(path: &str, dir: &str) -> Vec<String> {
        findings(NAME, &format!("{BASE}{path} = # x\\n{dir}\\n"), &[])
    }

    #[test]
    fn directories_where_no_library_lies() {
        let text = "suspicious: /etc/ld.so.conf.d/x.conf line 2 lets every program load libraries from /tmp/lib, which does \
                    not outlive a boot or may be written to by everybody";
        assert_eq!(dirs("/etc/ld.so.conf.d/x.conf", "/tmp/lib"), [text]);
        for dir in ["/dev/shm", "/var/tmp/a/b", "/usr/lib/.x", "/opt/...", "/etc/.lib"] {
            let said = dirs("/etc/ld.so.conf", dir);
            assert!(said.len() == 1 && said[0].starts_with("suspicious: "), "{dir}: {said:?}");
        }
        assert!(dirs("/etc/ld.so.conf", "/home/anna/lib")[0].starts_with("unusual: "));
    }
    #[test]
    fn software_of_the_admin_is_quiet() {
        for dir in
            ["/opt/oracle/lib", "/usr/local/cuda/lib64", "/usr/lib/x86_64-linux-gnu/x", "# /tmp", "include /tmp/*"]
        {
            assert_eq!(dirs("/etc/ld.so.conf.d/x.conf", dir), [""; 0], "{dir}");
        }
        assert_eq!(dirs("/etc/ld.so.conf.d/libc.conf", "/tmp/lib"), [""; 0]);
    }
    #[test]
    fn name_services_of_nobody() {
        let host = format!("{BASE}/etc/nsswitch.conf = passwd: files acme\\nhosts: files dns\\n\n");
        let text = "unusual: /etc/nsswitch.conf line 1 makes every program that asks for passwd load \
                    /usr/local/lib/libnss_acme.so.2, which no package owns";
        check(NAME, &format!("{host}/usr/local/lib/libnss_acme.so.2 : mode=100644"), &[text]);
        check(NAME, &host, &[]);
    }
}
