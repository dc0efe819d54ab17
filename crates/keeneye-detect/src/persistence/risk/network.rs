//! Shells for whoever connects, or for whom they connect to.

use super::content::content;
use super::{Sign, Weight, flow};
use keeneye_facts::Text;
use keeneye_world::languages;
use keeneye_world::shell_line::ShellCommand;

/// Network pipes that can start a program for whoever is at the other end.
const PIPES: [&[u8]; 5] = [b"nc", b"ncat", b"netcat", b"nc.traditional", b"nc.openbsd"];
const GIVEN: &str = "gives a shell to whoever is at the other end of a connection";

pub(super) fn signs(commands: &[ShellCommand]) -> Vec<Sign> {
    let mut signs: Vec<Sign> = commands.iter().filter_map(|command| pipe(commands, command)).collect();
    signs.extend(commands.iter().filter_map(|command| connected(commands, command)));
    signs
}

/// A connection that bash(1) opens as a descriptor: with a shell at it, or with what is read from it run, it is a shell
/// for the other end. Alone it may be a look whether a service is there.
fn connected(commands: &[ShellCommand], command: &ShellCommand) -> Option<Sign> {
    let both_ways = |operator: &[u8]| operator.ends_with(b"&") || operator.ends_with(b"<>") || operator == b"&>";
    let mut redirects = command.redirects.iter();
    let redirect = redirects.find(|one| flow::is_connection(&one.target) && both_ways(&one.operator))?;
    let is_shell = |command: &ShellCommand| {
        let named = command.effective().first().is_some_and(|word| word.starts_with(b"$") || *word == "eval");
        named || languages::is_shell(command.name()) && (command.reads_code() || !command.redirects.is_empty())
    };
    let shell = is_shell(command) || commands.iter().any(is_shell);
    let says = "opens a connection to elsewhere as a shell's input or output";
    let value = flow::shown(command, redirect);
    if shell {
        return Some(content(says, &value));
    }
    // A look whether a service of one's own is there.
    (!flow::is_local(&redirect.target))
        .then(|| Sign::new(Weight::Odd, "opens a connection to elsewhere by the shell itself", value))
}

fn pipe(commands: &[ShellCommand], command: &ShellCommand) -> Option<Sign> {
    let words = command.effective().get(1..).unwrap_or_default();
    let from_shell = || {
        let mut before = command.reads.clone().and_then(|range| commands.get(range)).unwrap_or_default().iter();
        let interactive = |before: &ShellCommand| before.effective().iter().any(|word| *word == "-i");
        before.any(|before| before.reads_code() && (before.reads.is_some() || interactive(before)))
    };
    let gives = match command.name() {
        name if PIPES.contains(&name) => executes(words) || from_shell(),
        b"socat" => words.iter().any(|word| is_socat_shell(word)),
        b"telnet" => from_shell(),
        _ => false,
    };
    gives.then(|| content(GIVEN, &bstr::join(" ", command.effective())))
}

/// `-e /bin/sh`, `-c 'sh -i'`, `--exec x`.
fn executes(words: &[Text]) -> bool {
    let option = |word: &Text| {
        let short = word.starts_with(b"-") && !word.starts_with(b"--") && word.iter().any(|b| b"ec".contains(b));
        short || word.starts_with(b"--exec") || word.starts_with(b"--sh-exec")
    };
    let program = |word: &Text| {
        let first = word.split(|b| b.is_ascii_whitespace() || *b == b'=').next_back().unwrap_or_default();
        let begins = word.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let shell = [first, begins].iter().any(|part| languages::is_interpreter(Text::from(*part).file_name()));
        shell || word.starts_with(b"/")
    };
    words.iter().any(option) && words.iter().any(program)
}

/// `EXEC:/bin/sh,pty` of socat(1).
fn is_socat_shell(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    let Some(command) = lower.strip_prefix(b"exec:").or_else(|| lower.strip_prefix(b"system:")) else { return false };
    let program = command.split(|b| b.is_ascii_whitespace() || b",'\"".contains(b)).find(|part| !part.is_empty());
    program.is_some_and(|program| languages::is_shell(Text::from(program).file_name()))
}
