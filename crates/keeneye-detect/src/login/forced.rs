//! What a command is that sshd runs for whoever logs in.

use crate::{Scene, place};
use bstr::ByteSlice;
use keeneye_facts::Text;
use keeneye_world::languages;
use keeneye_world::shell_line::{self, ShellCommand};

/// Programs that fetch something, or make code out of data.
const BRINGS: &[&[u8]] = &[
    b"curl",
    b"wget",
    b"fetch",
    b"aria2c",
    b"base64",
    b"base32",
    b"xxd",
    b"openssl",
    b"uudecode",
    b"nc",
    b"ncat",
    b"socat",
    b"telnet",
    b"gunzip",
    b"zcat",
    b"xz",
    b"xzcat",
    b"rev",
    b"tr",
];

/// What is wrong with a command line: a clause.
pub(super) fn wrong(scene: &Scene<'_>, line: &[u8]) -> Option<String> {
    let commands = shell_line::commands(line);
    commands.iter().find_map(|command| {
        let places =
            command.programs().into_iter().chain(command.redirects.iter().map(|redirect| redirect.target.clone()));
        let talks = |path: &Text| path.is_within("/dev/tcp") || path.is_within("/dev/udp");
        let mut places = places.filter(|path| path.starts_with(b"/"));
        places
            .find_map(|path| odd_place(scene, &path).or_else(|| talks(&path).then(|| "talks to the network".into())))
            .or_else(|| loads_code(command))
            .or_else(|| runs_what_comes(&commands, command).then(|| "runs code that it fetches or decodes".into()))
    })
}

/// Where no program and no key of a login lies.
pub(super) fn odd_place(scene: &Scene<'_>, path: &Text) -> Option<String> {
    let at = path.lossy();
    if path.is_within("/dev") && !path.is_within("/dev/shm") {
        return None;
    }
    if place::is_volatile(path) {
        return Some(format!("uses {at}, in a directory that anybody may write to"));
    }
    let hides = place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &scene.world.accounts);
    hides.then(|| format!("uses {at}, in a place that hides"))
}

fn loads_code(command: &ShellCommand) -> Option<String> {
    let loads = command.assignments.iter().find(|(name, _)| matches!(name.as_bytes(), b"LD_PRELOAD" | b"LD_AUDIT"))?;
    Some(format!("sets {}", loads.0.lossy()))
}

/// An interpreter whose input or code comes from a program that brings it.
fn runs_what_comes(commands: &[ShellCommand], command: &ShellCommand) -> bool {
    let runs = |command: &ShellCommand| {
        languages::is_interpreter(command.name()) || matches!(command.name(), b"eval" | b"source" | b".")
    };
    let brings = |command: &ShellCommand| BRINGS.contains(&command.name());
    if brings(command) {
        let outer = command.inside.and_then(|(index, _)| commands.get(index));
        return outer.is_some_and(runs);
    }
    let mut before = command.reads;
    for _ in 0..commands.len().min(20) {
        let Some(source) = before.and_then(|index| commands.get(index)) else { break };
        if runs(command) && brings(source) {
            return true;
        }
        before = source.reads;
    }
    false
}
