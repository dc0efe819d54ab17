//! What is wrong with something that starts by itself: pure judgement of its command and of where its programs lie.
//!
//! Whoever detects knows the mechanism; what a command does is the same in all of them.

mod calls;
mod code;
mod content;
mod flow;
mod network;
mod opened;
mod places;
mod sources;

use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, FileKind, Text};
use keeneye_world::shell_line::ShellCommand;
use keeneye_world::{World, languages, shell_line};

/// How much a sign weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Out of the ordinary, and admins do it too.
    Odd,
    /// Where a program lies: nothing honest starts from there by itself.
    Place,
    /// What the command does: nothing honest needs it.
    Content,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sign {
    pub(crate) weight: Weight,
    /// A clause: `fetches code and runs it`, `starts /dev/shm/.x/y, which ...`.
    pub(crate) says: String,
    /// The part of the command that shows it.
    pub(crate) value: Text,
}

impl Sign {
    fn new(weight: Weight, says: impl Into<String>, value: impl Into<Text>) -> Self {
        Self { weight, says: says.into(), value: value.into() }
    }
}

/// Signs in a command line of a shell: the worst first.
pub(crate) fn of_command(command: &[u8]) -> Vec<Sign> {
    sorted(content::signs(command))
}

/// Signs of an entry, of its command and of its programs: the worst first.
pub(crate) fn of_entry(world: &World, entry: &Autostart) -> Vec<Sign> {
    let text = shell_text(entry);
    let mut signs = match foreign_language(world, entry) {
        true => code::signs_of_script(&text),
        false => content::signs(&text),
    };
    signs.extend(places::signs(world, entry));
    sorted(signs)
}

/// Signs of a script of which nobody knows who brought it: of its lines, the first of which names the interpreter.
pub(crate) fn of_script(script: &[u8]) -> Vec<Sign> {
    let rest = script.split_once_str("\n").map_or(&b""[..], |(_, rest)| rest);
    if is_foreign(script) {
        return sorted(code::signs_of_script(rest));
    }
    let connections = opened::signs(&shell_line::commands(rest));
    sorted(content::signs(rest).into_iter().chain(connections).collect())
}

/// The first line of a script names another interpreter than a shell.
pub(crate) fn is_foreign(script: &[u8]) -> bool {
    let first = script.lines().next().and_then(|line| line.strip_prefix(b"#!"));
    let first = shell_line::commands(first.unwrap_or_default());
    let interpreter = first.first().map_or(&b""[..], ShellCommand::name);
    languages::is_interpreter(interpreter) && !languages::is_shell(interpreter)
}

fn sorted(mut signs: Vec<Sign>) -> Vec<Sign> {
    signs.sort_by_key(|sign| std::cmp::Reverse(sign.weight));
    signs.dedup();
    signs
}

/// The whole file is the entry, and another interpreter than a shell runs it.
fn foreign_language(world: &World, entry: &Autostart) -> bool {
    if entry.kind == AutostartKind::Python {
        return true;
    }
    let whole = entry.line.is_none();
    let kind = world.file(&entry.path).map(|file| &file.kind);
    let other = |name: &Text| languages::is_interpreter(name.file_name()) && !languages::is_shell(name.file_name());
    whole && matches!(kind, Some(FileKind::Script(interpreter)) if other(interpreter))
}

/// The command as a shell would read it: marks and escapes of the mechanism taken away.
fn shell_text(entry: &Autostart) -> Vec<u8> {
    match entry.kind {
        // What stands behind a percent sign is handed to the command, line by line (crontab(5)).
        AutostartKind::Cron => {
            let plain = entry.command.replace("\\%", "\0");
            plain.replace("%", "\n").replace("\0", "%")
        }
        AutostartKind::Unit | AutostartKind::DropIn => {
            let command = entry.command.trim_start_with(|c| "@-:+!|".contains(c));
            command.replace("$$", "$").replace("%%", "%")
        }
        _ => entry.command.to_vec(),
    }
}

#[cfg(test)]
mod tests;
