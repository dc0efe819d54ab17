//! What a command gives out by itself, and where the input of a decoder and of a shell comes from.

use super::code;
use super::flow::Origin;
use crate::place;
use bstr::ByteSlice;
use keeneye_facts::Text;
use keeneye_world::shell_line::{Inside, ShellCommand};
use std::collections::BTreeSet;

/// Programs that fetch, and those whose answer comes from elsewhere.
const FETCHERS: [&[u8]; 34] = [
    b"curl",
    b"wget",
    b"wget2",
    b"fetch",
    b"aria2c",
    b"axel",
    b"lynx",
    b"links",
    b"elinks",
    b"w3m",
    b"lwp-request",
    b"GET",
    b"http",
    b"https",
    b"xh",
    b"ftp",
    b"lftp",
    b"ftpget",
    b"ncftpget",
    b"tftp",
    b"gsutil",
    b"smbclient",
    b"nc",
    b"ncat",
    b"netcat",
    b"nc.openbsd",
    b"nc.traditional",
    b"socat",
    b"telnet",
    b"ssh",
    b"dig",
    b"drill",
    b"host",
    b"nslookup",
];
/// Programs that make something readable of something else.
const DECODERS: [&[u8]; 13] = [
    b"uudecode",
    b"rev",
    b"gunzip",
    b"zcat",
    b"gzcat",
    b"bzcat",
    b"bunzip2",
    b"xzcat",
    b"unxz",
    b"unlzma",
    b"lzcat",
    b"zstdcat",
    b"base64url",
];
/// Escapes in one word from which on it is no longer meant to be read.
const ESCAPES: usize = 4;
/// Commands that are followed back from one.
const MAX_BACK: usize = 200;

/// What a command gives out by itself. A decoder gives what it is given, and that nobody could read.
pub(super) fn own(commands: &[ShellCommand], command: &ShellCommand, given: Option<Origin>) -> Option<Origin> {
    let inline = || bstr::join(" ", command.effective());
    if fetches(command) || command.has_code() && code::fetches(&inline()) {
        return Some(Origin::Fetched);
    }
    if is_garbled(command) || command.has_code() && code::decodes(&inline()) {
        return Some(Origin::Decoded);
    }
    is_decoder(command).then(|| given.unwrap_or_else(|| packed(commands, command)))
}

/// Its output comes from elsewhere.
pub(super) fn fetches(command: &ShellCommand) -> bool {
    let has = |wanted: &str| command.effective().iter().any(|word| *word == wanted);
    FETCHERS.contains(&command.name())
        || command.name() == b"openssl" && has("s_client")
        || command.name() == b"aws" && has("s3")
        || command.name() == b"rclone" && has("cat")
}

/// Says letters that are written as numbers: `\x41`, `\101`.
fn is_garbled(command: &ShellCommand) -> bool {
    let escapes =
        |word: &Text| word.windows(2).filter(|pair| matches!(pair, [b'\\', b'x' | b'0'..=b'7'])).count() >= ESCAPES;
    matches!(command.name(), b"printf" | b"echo") && command.effective().iter().skip(1).any(escapes)
}

fn is_decoder(command: &ShellCommand) -> bool {
    let (name, words) = (command.name(), command.effective());
    let has = |fits: &dyn Fn(&Text) -> bool| words.iter().skip(1).any(fits);
    let option =
        |letter: u8| move |word: &Text| word.starts_with(b"-") && !word.starts_with(b"--") && word.contains(&letter);
    match name {
        b"base64" | b"base32" | b"basenc" | b"gbase64" => {
            has(&|w| w.starts_with(b"--d")) || has(&option(b'd')) || has(&option(b'D'))
        }
        b"xxd" => has(&option(b'r')) || has(&|w| w.starts_with(b"--rev")),
        b"openssl" => has(&|w| *w == "enc" || *w == "base64") && has(&|w| *w == "-d"),
        b"gpg" | b"gpg2" => has(&|w| *w == "-d" || w.starts_with(b"--decrypt")),
        b"gzip" | b"bzip2" | b"xz" | b"lzma" | b"lz4" | b"zstd" => {
            has(&option(b'd')) || has(&|w| w.starts_with(b"--dec"))
        }
        // Letters left out are no cipher.
        b"tr" => !has(&|w| w.starts_with(b"-") && w.len() > 1),
        _ => DECODERS.contains(&name),
    }
}

/// What a decoder makes: of what stands in the command and of a file that hides nobody reads it before it runs; a
/// packed file that lies openly, and what another program says, are only odd.
fn packed(commands: &[ShellCommand], command: &ShellCommand) -> Origin {
    let passes_on = |one: &ShellCommand| reads_files(one) && files(one).is_empty();
    if !passes_on(command) {
        return files(command).into_iter().map(|file| of_file(command, file)).max().unwrap_or(Origin::Unpacked);
    }
    let of_head = |head: &ShellCommand| match head.name() {
        b"echo" | b"printf" | b"" => Origin::Decoded,
        _ if !reads_files(head) => Origin::Unpacked,
        _ => files(head).into_iter().map(|file| of_file(head, file)).max().unwrap_or(Origin::Decoded),
    };
    heads(commands, command, passes_on).into_iter().map(of_head).max().unwrap_or(Origin::Decoded)
}

/// Where the input of a command begins, behind all programs that pass theirs on.
fn heads<'a>(
    commands: &'a [ShellCommand],
    command: &ShellCommand,
    passes_on: impl Fn(&ShellCommand) -> bool,
) -> Vec<&'a ShellCommand> {
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    let mut next: Vec<usize> = before(commands, command).collect();
    while let Some(index) = next.pop() {
        let Some(one) = commands.get(index).filter(|_| seen.insert(index) && seen.len() <= MAX_BACK) else { continue };
        if passes_on(one) && one.reads.is_some() {
            next.extend(before(commands, one));
        } else {
            found.push(one);
        }
    }
    found
}

fn of_file(command: &ShellCommand, file: &Text) -> Origin {
    // What stands behind the lines of the script itself.
    let own = file == "$0" || file.starts_with(b"${0") || file.contains_str("BASH_SOURCE");
    // Secrets of a person lie in files with a dot.
    let person =
        file.starts_with(b"~/") || file.starts_with(b"$HOME/") || file.is_within("/home") || file.is_within("/root");
    let secret = person && matches!(command.name(), b"gpg" | b"gpg2") && !place::is_volatile(file);
    if own || hides(file) && !secret { Origin::Decoded } else { Origin::Unpacked }
}

/// Lies where everybody may write or what does not outlive a boot, or under a name that hides.
pub(super) fn hides(file: &Text) -> bool {
    place::is_volatile(file) || place::hidden_component(file).is_some()
}

/// Gives out files that are named in its arguments.
pub(super) fn reads_files(command: &ShellCommand) -> bool {
    filters(command) || is_decoder(command)
}

/// Gives out what it is given, whole or in parts, or files.
fn filters(command: &ShellCommand) -> bool {
    const FILTERS: [&[u8]; 22] = [
        b"cat", b"tac", b"nl", b"head", b"tail", b"sed", b"awk", b"gawk", b"mawk", b"grep", b"egrep", b"fgrep", b"cut",
        b"tr", b"sort", b"uniq", b"paste", b"fold", b"dd", b"tee", b"pv", b"strings",
    ];
    FILTERS.contains(&command.name())
}

/// Files that a command reads: its input, and what is named in its arguments.
fn files(command: &ShellCommand) -> Vec<&Text> {
    let input = command.redirects.iter().filter(|redirect| redirect.operator == "<").map(|redirect| &redirect.target);
    let words = command.effective();
    let mut found: Vec<&Text> = input.filter(|target| !target.starts_with(b"<(")).collect();
    let named = words.iter().skip(1).filter(|word| !word.starts_with(b"-") && **word != "/dev/stdin");
    match command.name() {
        b"tr" | b"tee" | b"printf" | b"echo" => (),
        b"openssl" => found.extend(words.iter().skip_while(|word| **word != "-in").nth(1)),
        b"dd" => (),
        // The first word says what to look for.
        b"sed" | b"awk" | b"gawk" | b"mawk" | b"grep" | b"egrep" | b"fgrep" => found.extend(named.skip(1)),
        _ => found.extend(named.filter(|word| !word.iter().all(u8::is_ascii_digit))),
    }
    found
}

/// The commands that a command reads from. What goes into another pipe or into a file inside of a group does not come
/// out of the group.
pub(super) fn before<'a>(
    commands: &'a [ShellCommand],
    command: &ShellCommand,
) -> impl Iterator<Item = usize> + use<'a> {
    let range = command.reads.clone().unwrap_or_default();
    let alone = range.len() == 1;
    let first = range.start;
    range.filter(move |index| {
        let Some(one) = commands.get(*index) else { return false };
        let inner = matches!(one.inside, Some((outer, Inside::Substitution | Inside::Process)) if outer >= first);
        let kept =
            one.redirects.iter().any(|redirect| matches!(redirect.operator.as_slice(), b">" | b">>" | b"1>" | b"&>"));
        alone || !inner && !one.piped && !kept
    })
}

/// The program whose output a shell runs as its commands, when that neither says what stands in the command itself nor
/// shows a file.
pub(super) fn unread(commands: &[ShellCommand], command: &ShellCommand) -> Option<Text> {
    /// What a shell does by itself, and what lists what is there.
    const PLAIN: [&[u8]; 18] = [
        b"", b"echo", b"printf", b"true", b"false", b":", b"test", b"[", b"[[", b"read", b"cd", b"set", b"export",
        b"ls", b"find", b"seq", b"yes", b"date",
    ];
    let heads = heads(commands, command, |one| filters(one) && files(one).is_empty());
    let mut odd = heads.into_iter().filter(|one| !PLAIN.contains(&one.name()) && !filters(one) && one.calls.is_none());
    odd.find_map(|one| one.effective().first().cloned())
}
