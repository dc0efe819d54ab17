//! Command lines of shells, taken apart: enough to tell what they would run. Variables have the value that the same
//! text gives them; nothing else is expanded.
//!
//! One line, or a whole script: commands stand in the order in which they are written, and what a substitution, a
//! `sh -c` or a here-document holds stands behind the command that it belongs to. Linear and bounded, whatever the
//! bytes.

mod groups;
mod lexer;
mod parser;
mod said;
mod variables;
mod wrappers;

use crate::languages::{self, Runs};
use bstr::ByteSlice;
use keeneye_facts::Text;
use std::ops::Range;

/// Bytes that are read of one line or script.
const MAX_BYTES: usize = 256 << 10;
/// The same with what stands inside, once for each depth.
const MAX_ALL_BYTES: usize = 4 * MAX_BYTES;
/// Commands that are taken of it.
const MAX_COMMANDS: usize = 2_000;
/// How deep commands may stand inside others.
const MAX_DEPTH: u8 = 6;
/// A simple command (sh(1)): what stands between `;`, `|`, `&&` and their like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellCommand {
    /// The command and its arguments, quotes removed, unknown variables as they are written.
    pub words: Vec<Text>,
    /// `NAME=value` before the command, or alone.
    pub assignments: Vec<(Text, Text)>,
    /// `>file`, `2>&1`, `<&0`.
    pub redirects: Vec<Redirect>,
    /// The commands whose output it reads, by index: what stands before `|`, all of a group, or what a redirection
    /// behind the group that it stands in reads.
    pub reads: Option<Range<usize>>,
    /// The commands of the function that it calls, by index.
    pub calls: Option<Range<usize>>,
    /// Its output goes into a pipe of its own.
    pub piped: bool,
    /// The command that it stands inside of, by index, and how.
    pub inside: Option<(usize, Inside)>,
    /// `&` stands behind it.
    pub background: bool,
}

/// How a command stands inside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// `$(...)` or backticks: its output becomes a word.
    Substitution,
    /// `<(...)` or `>(...)`: its output becomes a file.
    Process,
    /// `sh -c '...'`, `eval ...`, a here-document for a shell.
    Code,
}

/// A redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// `<`, `>`, `>>`, `>&`, `<&`, `<>`, `>|`, `&>`, `<<<`, with the descriptor before it where one is written: `2>`.
    pub operator: Text,
    /// The word behind it.
    pub target: Text,
}

impl ShellCommand {
    /// What is run in the end: the words behind `env`, `nohup`, `sudo -u x`, `timeout 5` and their like.
    pub fn effective(&self) -> &[Text] {
        wrappers::behind(&self.words)
    }
    /// File name of what is run in the end: `curl` of `nice /usr/bin/curl -s x`; empty when nothing is.
    pub fn name(&self) -> &[u8] {
        self.effective().first().map_or(b"", |word| word.file_name().as_bytes())
    }
    /// Programs and scripts that it runs, as they are named: wrappers, the program behind them, the script of an
    /// interpreter, the file that `.` reads, what `find -exec` starts.
    pub fn programs(&self) -> Vec<Text> {
        let effective = self.effective();
        let before = self.words.len().saturating_sub(effective.len());
        let mut programs: Vec<Text> = self.words.iter().take(before.min(1)).cloned().collect();
        let Some((program, arguments)) = effective.split_first() else { return programs };
        match program.as_slice() {
            b"." | b"source" => programs.extend(arguments.first().cloned()),
            _ => {
                programs.push(program.clone());
                programs.extend(script(program, arguments));
                let started = arguments.iter().position(|word| matches!(word.as_slice(), b"-exec" | b"-execdir"));
                programs.extend(started.and_then(|at| arguments.get(at + 1)).cloned());
            }
        }
        programs
    }
}

impl ShellCommand {
    /// Libraries, and directories of libraries, that it has the dynamic linker load into what it runs: the values of
    /// `LD_PRELOAD` and `LD_AUDIT`, and options of the dynamic linker itself (ld.so(8)).
    pub fn loads(&self) -> Vec<Text> {
        let wrapped = self.words.len().saturating_sub(self.effective().len());
        let by_words = self.words.iter().take(wrapped).filter_map(|word| assignment(word));
        let own = self.assignments.iter().map(|(name, value)| (name.as_slice(), value.as_slice()));
        let code = own.chain(by_words).filter(|(name, _)| matches!(*name, b"LD_PRELOAD" | b"LD_AUDIT"));
        let paths =
            code.flat_map(|(_, value)| value.split(|b| b": ".contains(b))).filter(|path| path.starts_with(b"/"));
        paths.map(Text::from).chain(wrappers::loads(&self.words)).collect()
    }
    /// An interpreter that takes its code from the standard input.
    pub fn reads_code(&self) -> bool {
        match self.interpreter() {
            Some(Runs::Interactive) => true,
            Some(Runs::Script(path)) => matches!(path, b"/dev/stdin" | b"/dev/fd/0" | b"/proc/self/fd/0"),
            _ => false,
        }
    }
    /// An interpreter whose code stands among its arguments.
    pub fn has_code(&self) -> bool {
        matches!(self.interpreter(), Some(Runs::Inline))
    }
    /// Commands of a shell come through the standard input: a shell, or at(1), which hands them to one later.
    pub fn takes_commands(&self) -> bool {
        matches!(self.name(), b"at" | b"batch") && !self.names_file()
            || self.reads_code() && languages::is_shell(self.name())
    }
    /// `-f FILE` of at(1), which is read in place of the standard input.
    fn names_file(&self) -> bool {
        const INPUT: [&[u8]; 3] = [b"/dev/stdin", b"/dev/fd/0", b"/proc/self/fd/0"];
        let mut words = self.effective().iter().skip(1);
        while let Some(word) = words.next() {
            let letters = word.strip_prefix(b"-").filter(|letters| !letters.starts_with(b"-")).unwrap_or_default();
            let Some(at) = letters.iter().position(|letter| b"fqt".contains(letter)) else { continue };
            let glued = letters.get(at + 1..).unwrap_or_default();
            let value = if glued.is_empty() { words.next().map_or(&b""[..], |word| word) } else { glued };
            if letters.get(at) == Some(&b'f') {
                return !INPUT.contains(&value);
            }
        }
        false
    }
    fn interpreter(&self) -> Option<Runs<'_>> {
        let (program, arguments) = self.effective().split_first()?;
        let arguments: Vec<&[u8]> = arguments.iter().map(Text::as_slice).collect();
        Some(languages::named(program.file_name())?.read(&arguments))
    }
}

/// The script that an interpreter is handed.
fn script(program: &Text, arguments: &[Text]) -> Option<Text> {
    let language = languages::named(program.file_name())?;
    let arguments: Vec<&[u8]> = arguments.iter().map(Text::as_slice).collect();
    match language.read(&arguments) {
        Runs::Script(path) => Some(Text::from(path)),
        _ => None,
    }
}

/// All commands of a line or a script.
pub fn commands(line: &[u8]) -> Vec<ShellCommand> {
    parser::read(line.get(..MAX_BYTES).unwrap_or(line))
}

/// More stands in it than [`commands`] reads.
pub fn is_cut(line: &[u8]) -> bool {
    line.len() > MAX_BYTES || line.len() >= MAX_COMMANDS && commands(line).len() >= MAX_COMMANDS
}

/// `NAME=value`, `NAME+=value`.
fn assignment(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = word.split_once_str("=")?;
    let name = name.strip_suffix(b"+").unwrap_or(name);
    let letters = name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    (letters && name.first().is_some_and(|b| !b.is_ascii_digit())).then_some((name, value))
}

#[cfg(test)]
mod tests;
