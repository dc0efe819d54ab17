//! Where data in a command line comes from: fetched from elsewhere, or decoded from something unreadable.

use bstr::ByteSlice;
use keeneye_facts::Text;
use keeneye_world::shell_line::{Inside, ShellCommand};
use std::collections::BTreeMap;

/// Where code comes from that nobody can read in the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Fetched,
    Decoded,
}

/// What each command of a line gives out, and what the files that it makes hold.
#[derive(Debug, Default)]
pub(super) struct Flow {
    out: Vec<Option<Origin>>,
    files: BTreeMap<Text, Origin>,
    variables: BTreeMap<Text, Origin>,
}

/// Programs that fetch, and those whose answer comes from elsewhere.
const FETCHERS: [&[u8]; 24] = [
    b"curl",
    b"wget",
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
    b"ftpget",
    b"tftp",
    b"nc",
    b"ncat",
    b"netcat",
    b"nc.openbsd",
    b"nc.traditional",
    b"socat",
    b"telnet",
    b"dig",
    b"nslookup",
];
/// Programs that make something readable of something else.
const DECODERS: [&[u8]; 10] =
    [b"uudecode", b"rev", b"gunzip", b"zcat", b"bzcat", b"bunzip2", b"xzcat", b"unxz", b"zstdcat", b"base64url"];
/// A chain of pipes and substitutions is followed so often.
const ROUNDS: usize = 6;
/// Escapes in one word from which on it is no longer meant to be read.
const ESCAPES: usize = 4;

impl Flow {
    pub(super) fn of(commands: &[ShellCommand]) -> Self {
        let mut flow = Self { out: vec![None; commands.len()], ..Self::default() };
        for _ in 0..ROUNDS {
            let before = (flow.out.clone(), flow.files.len(), flow.variables.len());
            for (index, command) in commands.iter().enumerate() {
                let given = flow.given(command);
                let origin = own(command).or(given);
                flow.keep_files(command, origin);
                flow.put(index, origin);
                flow.keep_variables(index, command);
                if let Some((outer, Inside::Substitution | Inside::Process)) = command.inside {
                    flow.put(outer, origin);
                }
            }
            if before == (flow.out.clone(), flow.files.len(), flow.variables.len()) {
                break;
            }
        }
        flow
    }

    fn put(&mut self, index: usize, origin: Option<Origin>) {
        if let Some(slot) = self.out.get_mut(index) {
            *slot = slot.or(origin);
        }
    }

    /// What a command gives out.
    pub(super) fn out(&self, index: usize) -> Option<Origin> {
        self.out.get(index).copied().flatten()
    }
    /// What a command is given on its standard input.
    pub(super) fn given(&self, command: &ShellCommand) -> Option<Origin> {
        let from_file = command.redirects.iter().find_map(|redirect| {
            let read = redirect.operator.ends_with(b"<");
            if read && is_connection(&redirect.target) {
                return Some(Origin::Fetched);
            }
            read.then(|| self.file(&redirect.target)).flatten()
        });
        let argument = || command.effective().iter().skip(1).find_map(|word| self.file(word));
        let read = || matches!(command.name(), b"cat" | b"head" | b"tail").then(argument).flatten();
        let said = || {
            let says = matches!(command.name(), b"echo" | b"printf");
            let here = command.redirects.iter().filter(|redirect| redirect.operator == "<<<").map(|r| &r.target);
            let words = command.effective().iter().skip(1).filter(|_| says);
            words.chain(here).find_map(|word| self.variable(word))
        };
        command.reads.and_then(|index| self.out(index)).or(from_file).or_else(read).or_else(said)
    }
    /// What the variable holds that a word consists of: `$x`, `${x}`.
    pub(super) fn variable(&self, word: &[u8]) -> Option<Origin> {
        let name = word.strip_prefix(b"$")?;
        let name = name.strip_prefix(b"{").and_then(|name| name.strip_suffix(b"}")).unwrap_or(name);
        self.variables.get(name).copied()
    }

    /// `x=$(curl ...)`.
    fn keep_variables(&mut self, index: usize, command: &ShellCommand) {
        let Some(origin) = self.out(index).filter(|_| command.words.is_empty()) else { return };
        let taken = command.assignments.iter().filter(|(_, value)| value.starts_with(b"$(") || value.starts_with(b"`"));
        let room = 100_usize.saturating_sub(self.variables.len());
        self.variables.extend(taken.take(room).map(|(name, _)| (name.clone(), origin)));
    }
    /// What a file holds that an earlier command made. A relative name is the same by its last part.
    pub(super) fn file(&self, path: &Text) -> Option<Origin> {
        let same = |made: &Text| {
            made == path || !(made.starts_with(b"/") && path.starts_with(b"/")) && made.file_name() == path.file_name()
        };
        self.files.iter().find(|(made, _)| same(made)).map(|(_, origin)| *origin)
    }

    fn keep_files(&mut self, command: &ShellCommand, origin: Option<Origin>) {
        let Some(origin) = origin.filter(|_| self.files.len() < 100) else { return };
        let mut files: Vec<Text> = Vec::new();
        let writes = |operator: &[u8]| operator.ends_with(b">") && !operator.starts_with(b"2") || operator == b">|";
        let written = command.redirects.iter().filter(|redirect| writes(&redirect.operator));
        files.extend(written.map(|redirect| redirect.target.clone()));
        match command.name() {
            b"tee" => files.extend(command.effective().iter().skip(1).filter(|word| !word.starts_with(b"-")).cloned()),
            _ if own(command) == Some(Origin::Fetched) => files.extend(downloads(command)),
            _ => (),
        }
        files.retain(|file| !file.is_empty() && *file != "-" && !file.starts_with(b"/dev/") && !file.starts_with(b"&"));
        self.files.extend(files.into_iter().map(|file| (file, origin)));
    }
}

/// What a command gives out by itself.
fn own(command: &ShellCommand) -> Option<Origin> {
    let (name, words) = (command.name(), command.effective());
    if FETCHERS.contains(&name) || name == b"openssl" && words.iter().any(|word| *word == "s_client") {
        return Some(Origin::Fetched);
    }
    let has = |fits: &dyn Fn(&Text) -> bool| words.iter().skip(1).any(fits);
    let option =
        |letter: u8| move |word: &Text| word.starts_with(b"-") && !word.starts_with(b"--") && word.contains(&letter);
    let decodes = match name {
        b"base64" | b"base32" | b"basenc" | b"gbase64" => {
            has(&|w| w.starts_with(b"--d")) || has(&option(b'd')) || has(&option(b'D'))
        }
        b"xxd" => has(&option(b'r')) || has(&|w| w.starts_with(b"--rev")),
        b"openssl" => has(&|w| *w == "enc" || *w == "base64") && has(&|w| *w == "-d"),
        b"gpg" | b"gpg2" => has(&|w| *w == "-d" || w.starts_with(b"--decrypt")),
        b"gzip" | b"bzip2" | b"xz" | b"zstd" => has(&option(b'd')) || has(&|w| w.starts_with(b"--dec")),
        // Letters left out are no cipher.
        b"tr" => !has(&|w| w.starts_with(b"-") && w.len() > 1),
        b"printf" | b"echo" => has(&|word| escapes(word) >= ESCAPES),
        _ => DECODERS.contains(&name) || command.has_code() && super::code::decodes(&bstr::join(" ", words)),
    };
    decodes.then_some(Origin::Decoded)
}

/// Letters written as numbers: `\x41`, `\101`.
fn escapes(word: &[u8]) -> usize {
    word.windows(2).filter(|pair| matches!(pair, [b'\\', b'x' | b'0'..=b'7'])).count()
}

/// `/dev/tcp/HOST/PORT` of bash(1).
pub(super) fn is_connection(path: &[u8]) -> bool {
    path.contains_str("/dev/tcp/") || path.contains_str("/dev/udp/")
}

/// Files that a program which fetches writes: those that it is told, and the last parts of addresses.
fn downloads(command: &ShellCommand) -> Vec<Text> {
    let words = command.effective();
    let mut files = Vec::new();
    for (at, word) in words.iter().enumerate().skip(1) {
        let next = || words.get(at + 1).cloned();
        let value = word.split_once_str("=").map(|(_, value)| Text::from(value));
        match word.as_slice() {
            b"-o" | b"-O" | b"--output" | b"--output-document" | b"-d" | b"-P" => files.extend(next()),
            w if w.starts_with(b"--output") => files.extend(value),
            w if w.starts_with(b"-") && !w.starts_with(b"--") && (w.ends_with(b"o") || w.ends_with(b"O")) => {
                files.extend(next());
            }
            w if w.starts_with(b"-O") || w.starts_with(b"-o") => files.extend(w.get(2..).map(Text::from)),
            w if w.contains_str("://") => {
                let last = w.rsplit(|b| *b == b'/').next().unwrap_or_default();
                files.extend(last.split(|b| *b == b'?').next().map(Text::from));
            }
            _ => (),
        }
    }
    files
}
