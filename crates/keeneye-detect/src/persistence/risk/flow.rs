//! Where data in a command line comes from: fetched from elsewhere, or decoded from something unreadable.

use super::sources;
use bstr::ByteSlice;
use keeneye_facts::Text;
use keeneye_world::shell_line::{Redirect, ShellCommand};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Where code comes from that nobody can read in the command, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Out of a file that lies openly, packed or encoded.
    Unpacked,
    /// Out of the command itself, or of a file that hides.
    Decoded,
    Fetched,
}

/// What each command of a line gives out, and what the files that it makes hold.
#[derive(Debug, Default)]
pub(super) struct Flow {
    out: Vec<Option<Origin>>,
    files: BTreeMap<Text, Origin>,
    variables: BTreeMap<Text, Origin>,
    /// What groups give out that were left behind in this round: many commands may read one.
    groups: BTreeMap<(usize, usize), Option<Origin>>,
}

/// A chain of pipes and substitutions is followed so often.
const ROUNDS: usize = 6;
impl Flow {
    pub(super) fn of(commands: &[ShellCommand]) -> Self {
        let mut flow = Self { out: vec![None; commands.len()], ..Self::default() };
        for _ in 0..ROUNDS {
            let before = (flow.out.clone(), flow.files.len(), flow.variables.len());
            flow.groups.clear();
            for (index, command) in commands.iter().enumerate() {
                flow.keep_group(commands, index, command);
                let given = flow.given(commands, command);
                let called = command.calls.clone().and_then(|body| flow.out.get(body)?.iter().copied().max().flatten());
                let origin = sources::own(commands, command, given).max(given).max(called);
                flow.keep_files(command, origin);
                flow.put(index, origin);
                flow.keep_variables(index, command);
                if let Some((outer, _)) = command.inside {
                    flow.put(outer, origin);
                }
            }
            if before == (flow.out.clone(), flow.files.len(), flow.variables.len()) {
                break;
            }
        }
        flow
    }

    fn keep_group(&mut self, commands: &[ShellCommand], index: usize, command: &ShellCommand) {
        let Some(range) = command.reads.as_ref().filter(|range| range.len() > 1 && range.end <= index) else { return };
        if !self.groups.contains_key(&(range.start, range.end)) {
            let origin = sources::before(commands, command).filter_map(|index| self.out(index)).max();
            self.groups.insert((range.start, range.end), origin);
        }
    }

    fn put(&mut self, index: usize, origin: Option<Origin>) {
        if let Some(slot) = self.out.get_mut(index) {
            *slot = (*slot).max(origin);
        }
    }

    /// What a command gives out.
    pub(super) fn out(&self, index: usize) -> Option<Origin> {
        self.out.get(index).copied().flatten()
    }
    /// What a command is given on its standard input.
    pub(super) fn given(&self, commands: &[ShellCommand], command: &ShellCommand) -> Option<Origin> {
        let from_file = command.redirects.iter().find_map(|redirect| {
            let read = redirect.operator.ends_with(b"<");
            if read && is_connection(&redirect.target) {
                return Some(Origin::Fetched);
            }
            read.then(|| self.file(&redirect.target)).flatten()
        });
        let argument = || command.effective().iter().skip(1).find_map(|word| self.file(word));
        let read = || sources::reads_files(command).then(argument).flatten();
        let said = || {
            let says = matches!(command.name(), b"echo" | b"printf");
            let here = command.redirects.iter().filter(|redirect| redirect.operator == "<<<").map(|r| &r.target);
            let words = command.effective().iter().skip(1).filter(|_| says);
            words.chain(here).find_map(|word| self.variable(word))
        };
        let group = command.reads.as_ref().and_then(|range| self.groups.get(&(range.start, range.end)));
        let piped = || sources::before(commands, command).filter_map(|index| self.out(index)).max();
        group.copied().unwrap_or_else(piped).max(from_file).max(read()).max(said())
    }
    /// What the variable holds that a word consists of: `$x`, `${x}`, `${x[@]}`.
    pub(super) fn variable(&self, word: &[u8]) -> Option<Origin> {
        let name = word.strip_prefix(b"$")?;
        let name = name.strip_prefix(b"{").and_then(|name| name.strip_suffix(b"}")).unwrap_or(name);
        let name = name.strip_suffix(b"[@]").or_else(|| name.strip_suffix(b"[*]")).unwrap_or(name);
        self.variables.get(name).copied()
    }

    /// `x=$(curl ...)`, `read x`, `mapfile x`.
    fn keep_variables(&mut self, index: usize, command: &ShellCommand) {
        let Some(origin) = self.out(index) else { return };
        let reads: &[Text] = match command.name() {
            b"read" | b"mapfile" | b"readarray" => command.effective().get(1..).unwrap_or_default(),
            _ => &[],
        };
        let assigned = command.assignments.iter().filter(|_| command.words.is_empty());
        let assigned = assigned.filter(|(_, value)| value.starts_with(b"$(") || value.starts_with(b"`"));
        let names = assigned.map(|(name, _)| name).chain(reads);
        let room = 100_usize.saturating_sub(self.variables.len());
        self.variables.extend(names.take(room).map(|name| (name.clone(), origin)));
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
            _ if sources::fetches(command) => files.extend(downloads(command)),
            _ => (),
        }
        files.retain(|file| !file.is_empty() && *file != "-" && !file.starts_with(b"/dev/") && !file.starts_with(b"&"));
        // What is unpacked to where it hides is not meant to be seen.
        let kept = |file: &Text| if sources::hides(file) { origin.max(Origin::Decoded) } else { origin };
        self.files.extend(files.into_iter().map(|file| (file.clone(), kept(&file))));
    }
}

/// `/dev/tcp/HOST/PORT` of bash(1).
pub(super) fn is_connection(path: &[u8]) -> bool {
    path.contains_str("/dev/tcp/") || path.contains_str("/dev/udp/")
}

/// Such a connection leads to this very host.
pub(super) fn is_local(target: &[u8]) -> bool {
    let of = |kind: &str| target.split_once_str(kind).and_then(|(_, rest)| rest.split(|b| *b == b'/').next());
    let host = of("/dev/tcp/").or_else(|| of("/dev/udp/")).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()))
}

/// A command and one of its redirections, as they are written.
pub(super) fn shown(command: &ShellCommand, redirect: &Redirect) -> Vec<u8> {
    let words = command.effective().iter().chain([&redirect.operator, &redirect.target]);
    bstr::join(" ", words)
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
