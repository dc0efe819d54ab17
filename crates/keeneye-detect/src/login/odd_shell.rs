//! An account whose login shell is a program of nobody.
//!
//! # What it sees
//! A login shell, as passwd names it, in a directory that anybody may write to or in a place that hides; and one that
//! bears the name of a program that lets nobody in (`nologin`, `false`) and that no package brought.
//!
//! # Why it matters
//! A login shell runs whenever somebody logs in as the account. A shell under the name of `nologin` opens all accounts
//! that seem to be closed, and no line of passwd looks odd.
//!
//! # Innocent causes
//! Shells that admins built themselves lie in /usr/local, /opt or a home: quiet.
//!
//! # What to do
//! Look at the file (`keeneye look file SHELL`), and who logged in as these accounts.

use super::{portrait, subject};
use crate::{Detector, Scene, place};
use keeneye_facts::{Account, FileFact, FileKind, Finding, Level, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/odd-shell",
    title: "a login shell that is a program of nobody",
    level: Level::Suspicious,
    attack: &["T1098", "T1036.005"],
    absolute: false,
    source: include_str!("odd_shell.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let odd = scene.world.accounts.iter().filter_map(|account| Some((account, judge(scene, account)?)));
    odd.map(|(account, what)| finding(scene, account, &what)).collect()
}

fn judge(scene: &Scene<'_>, account: &Account) -> Option<String> {
    let shell = &account.shell;
    if shell.starts_with(b"/") && super::forced::odd_place(scene, shell).is_some() {
        return Some("which lies where no shell lies".into());
    }
    let closes = !place::is_login(account) && (shell.ends_with(b"nologin") || shell.ends_with(b"false"));
    let fact = file(scene.world, shell).filter(|fact| fact.kind != FileKind::Missing)?;
    (closes && fact.owner.is_unowned()).then(|| "which lets nobody in by its name, and no package brought it".into())
}

/// Where /bin is a link to /usr/bin, files are known by what it leads to.
fn file<'a>(world: &'a World, shell: &Text) -> Option<&'a FileFact> {
    world.file(shell).or_else(|| world.file(&[b"/usr", shell.as_slice()].concat()))
}

fn finding(scene: &Scene<'_>, account: &Account, what: &str) -> Finding {
    let (name, shell) = (account.name.lossy(), account.shell.lossy());
    let finding = DETECTOR
        .finding(Level::Suspicious, subject(account), format!("the login shell of {name} is {shell}, {what}"))
        .innocent("a shell that the admin built", false, "ask; /usr/local is the place for it")
        .related(crate::subject::file(&account.shell))
        .next(format!("keeneye look file {shell}"));
    portrait(finding, scene.world, account)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "login/odd-shell";

    fn host(shell: &str) -> String {
        format!(
            "package login 1 owns /usr/sbin/nologin,/usr/bin/bash\n/usr/local/bin/nologin : mode=100755\n/opt/fish/bin/fish : mode=100755\n\
             /bin @ usr/bin\n/usr/bin/false : mode=100755\n/dev/shm/sh : mode=100755\n/usr/lib/.x/sh : mode=100755\n\
             /etc/passwd = root:x:0:0::/root:/bin/bash\\nweb:x:33:33::/var/www:{shell}\\n"
        )
    }

    #[test]
    fn a_nologin_of_nobody_is_loud_and_the_packages_quiet() {
        for shell in ["/usr/local/bin/nologin", "/bin/false"] {
            let text = format!(
                "suspicious: the login shell of web is {shell}, which lets nobody in by its name, and no package brought it"
            );
            check(NAME, &host(shell), &[&text]);
        }
        check(NAME, &host("/usr/sbin/nologin"), &[]);
    }
    #[test]
    fn shells_in_odd_places() {
        for shell in ["/dev/shm/sh", "/usr/lib/.x/sh", "/tmp/none"] {
            let text = format!("suspicious: the login shell of web is {shell}, which lies where no shell lies");
            check(NAME, &host(shell), &[&text]);
        }
    }
    #[test]
    fn shells_of_admins_are_quiet() {
        for shell in ["/bin/bash", "/opt/fish/bin/fish", "/usr/sbin/none", "", "/dev/null"] {
            check(NAME, &host(shell), &[]);
        }
    }
}
