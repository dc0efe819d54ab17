//! Which programs take commands: shells, told by their file, their content or the name they were started under.

use bstr::ByteSlice;
use keeneye_facts::{Process, Text};
use keeneye_world::{World, languages};

/// One file with many commands in it.
const MULTICALL: &[&[u8]] = &[b"busybox", b"toybox", b"busybox.static"];

/// The name of a shell.
pub fn is_shell_name(name: &[u8]) -> bool {
    languages::is_shell(name)
}

/// A file that holds many commands, shells among them.
pub fn is_multicall(path: &Text) -> bool {
    MULTICALL.contains(&path.file_name().as_bytes())
}

/// Interpreters whose arguments keeneye does not read, without their version.
const INTERPRETERS: &[&[u8]] = &[b"java", b"guile", b"deno", b"bun"];
/// Programs that carry anybody's data or commands between a terminal, a file and the network.
const CARRIERS: &[&[u8]] =
    &[b"nc", b"ncat", b"netcat", b"nc.openbsd", b"nc.traditional", b"socat", b"telnet", b"openssl"];

/// Executes code that it is given, or carries it: a shell, an interpreter, a multicall file, a network pipe. That a
/// package brought it says nothing about what it does.
pub fn takes_code(path: &Text) -> bool {
    let name = path.file_name().as_bytes();
    let end = name.iter().position(u8::is_ascii_digit).unwrap_or(name.len());
    let stem = name.get(..end).unwrap_or(name);
    languages::is_interpreter(name) || is_multicall(path) || INTERPRETERS.contains(&stem) || CARRIERS.contains(&name)
}

/// Runs a shell: by its file's name, as one of many commands in one file, or as a copy of a packaged shell.
pub fn is_shell(world: &World, process: &Process) -> bool {
    let Some(exe) = &process.exe else { return false };
    if is_shell_name(exe.path.file_name()) {
        return true;
    }
    if is_multicall(&exe.path) {
        let words = process.cmdline.iter().take(2);
        return words.map(command_name).any(is_shell_name);
    }
    is_copy_of_a_shell(world, process)
}

/// The command that a first argument names: `bash` of `-bash` and of `/bin/bash`.
pub fn command_name(argument: &Text) -> &[u8] {
    let name = argument.file_name().as_bytes();
    name.strip_prefix(b"-").unwrap_or(name)
}

/// Other name, same content.
fn is_copy_of_a_shell(world: &World, process: &Process) -> bool {
    let content = |path: &[u8]| world.file(path)?.digest.as_ref();
    let Some(digest) = content(process.exe_path()) else { return false };
    let mut shells = world.files.values().filter(|file| file.owner.is_intact() && is_shell_name(file.path.file_name()));
    shells.any(|shell| shell.digest.as_ref().is_some_and(|theirs| theirs.sha256 == digest.sha256))
}
