//! What shells start when they start: lines of `/etc/profile`, `.bashrc` and their like that run a program.

use super::places::{self, Place};
use super::programs::{self, Shell};
use super::{entry, names};
use crate::shell_line;
use crate::start_file::{self, Line};
use crate::{Look, World};
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Lines that are told of one file.
const MAX_LINES: usize = 200;

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    for path in start_file::GLOBAL {
        if let Some(place) = places::file(look, &Text::from(path)) {
            file(look, world, &place, None);
        }
    }
    for place in places::files(look, "/etc/profile.d") {
        if !names::is_leftover(&place.name()) {
            file(look, world, &place, None);
        }
    }
    let mut homes = places::homes(world);
    // What new accounts get.
    homes.push(Text::from("/etc/skel"));
    for home in homes {
        let names = look.optional_list(&home).unwrap_or_default();
        for entry in names.iter().filter(|entry| start_file::is_in_home(&entry.name)) {
            if let Some(place) = places::file(look, &home.join(&entry.name)) {
                file(look, world, &place, Some(&home));
            }
        }
    }
}

fn file(look: &mut Look<'_>, world: &World, place: &Place, home: Option<&Text>) {
    let text = look.optional_read(&place.target).unwrap_or_default();
    let account = home.and_then(|home| world.accounts.iter().find(|account| account.home == *home));
    let user = account.map(|account| account.name.clone());
    let shell = Shell::of_user(world, user.as_ref());
    for line in look.first(&place.target, start_file::lines(&text), MAX_LINES, "lines that start something") {
        let Some((when, command, named)) = started(&line, &shell, home) else { continue };
        let entry = Autostart {
            kind: AutostartKind::Shell,
            path: place.target.clone(),
            line: Some(line.number),
            name: place.name(),
            user: user.clone(),
            when,
            command,
            ..Autostart::default()
        };
        entry::saw(look, entry, named);
    }
}

/// When, what, and which programs: of a variable whose value is run or loaded, of a trap, of a line that runs
/// something.
fn started(line: &Line, shell: &Shell, home: Option<&Text>) -> Option<(Text, Text, Vec<Text>)> {
    match line.variable() {
        Some((b"PATH" | b"LD_LIBRARY_PATH", _)) if !line.starts => return None,
        Some((b"PATH" | b"LD_LIBRARY_PATH", _)) => (),
        Some((b"PROMPT_COMMAND", value)) => {
            let named = programs::of_shell_in(&value, shell);
            return Some(("PROMPT_COMMAND".into(), value, named));
        }
        Some((name, value)) => {
            let files = value.split(|b| matches!(b, b':' | b' ')).filter(|file| file.starts_with(b"/"));
            let files: Vec<Text> = files.map(Text::from).collect();
            return (!files.is_empty()).then(|| (Text::from(name), value, files));
        }
        None => (),
    }
    if !line.starts {
        return None;
    }
    let commands = shell_line::commands(&line.text);
    if let Some(trap) = commands.iter().find(|command| command.name() == b"trap") {
        let code = trap.effective().get(1).cloned().unwrap_or_default();
        let when = trap.effective().last().cloned().unwrap_or_default();
        let named = programs::of_shell_in(&code, shell);
        return Some((Text::from([b"trap ", when.as_slice()].concat()), code, named));
    }
    let mut named = programs::of_shell_in(&line.text, shell);
    // What a person's start file reads of the person's own files is no program: `. "$HOME/.cargo/env"`.
    for command in commands.iter().filter(|command| matches!(command.name(), b"." | b"source")) {
        let read = command.effective().get(1).map(|word| in_home(word, home));
        named.retain(|program| !(Some(program) == read.as_ref() && home.is_some_and(|home| below(program, home))));
    }
    Some((Text::new(), line.text.clone(), named))
}

fn in_home(word: &Text, home: Option<&Text>) -> Text {
    let home = home.map_or(&b""[..], |home| home.as_slice());
    let rest = ["$HOME/", "${HOME}/", "~/"].iter().find_map(|start| word.strip_prefix(start.as_bytes()));
    rest.map_or_else(|| word.clone(), |rest| Text::from(home).join(rest))
}

fn below(path: &Text, dir: &Text) -> bool {
    path.strip_prefix(dir.as_slice()).is_some_and(|rest| rest.starts_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> Vec<String> {
        let home = Text::from("/root");
        let account = keeneye_facts::Account { name: "root".into(), home: home.clone(), ..Default::default() };
        let world = World { accounts: vec![account], ..World::default() };
        let shell = Shell::of_user(&world, Some(&"root".into()));
        let lines = start_file::lines(line.as_bytes());
        let told = lines.iter().filter_map(|line| started(line, &shell, Some(&home)));
        told.map(|(when, command, programs)| {
            let programs: Vec<_> = programs.iter().map(|program| program.lossy().into_owned()).collect();
            format!("{}|{}|{}", when.lossy(), command.lossy(), programs.join(" "))
        })
        .collect()
    }

    #[test]
    fn what_is_started_and_when() {
        for (line, expected) in [
            ("/opt/a &", "|/opt/a &|/opt/a"),
            ("PROMPT_COMMAND='history -a; /opt/a'", "PROMPT_COMMAND|history -a; /opt/a|history /opt/a"),
            ("export LD_PRELOAD=/opt/x.so", "LD_PRELOAD|/opt/x.so|/opt/x.so"),
            ("trap '/opt/log' DEBUG", "trap DEBUG|/opt/log|/opt/log"),
            (". \"$HOME/.cargo/env\"", "|. \"$HOME/.cargo/env\"|"),
            (". /dev/shm/x", "|. /dev/shm/x|/dev/shm/x"),
            (
                "[ -s \"$NVM_DIR/nvm.sh\" ] && \\. \"$NVM_DIR/nvm.sh\"",
                "|[ -s \"$NVM_DIR/nvm.sh\" ] && \\. \"$NVM_DIR/nvm.sh\"|",
            ),
        ] {
            assert_eq!(said(line), [expected], "{line}");
        }
    }
    #[test]
    fn what_only_sets_something_starts_nothing() {
        for line in ["export PATH=\"/opt/a:$PATH\"", "alias ls='ls --color'", "eval \"$(pyenv init -)\"", "EDITOR=vi"] {
            assert_eq!(said(line), [""; 0], "{line}");
        }
    }
}
