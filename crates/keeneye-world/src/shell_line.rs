//! Command lines of shells, taken apart: enough to tell what they would run. Nothing is expanded.
//!
//! One line, or a whole script: commands stand in the order in which they are written, and what a substitution, a
//! `sh -c` or a here-document holds stands behind the command that it belongs to. Linear and bounded, whatever the bytes.

mod lexer;
mod wrappers;

use crate::languages::{self, Runs};
use bstr::ByteSlice;
use keeneye_facts::Text;
use lexer::{Lexer, Token, Word};

/// Bytes that are read of one line or script.
const MAX_BYTES: usize = 256 << 10;
/// The same with what stands inside, once for each depth.
const MAX_ALL_BYTES: usize = 4 * MAX_BYTES;
/// Commands that are taken of it.
const MAX_COMMANDS: usize = 2_000;
/// How deep commands may stand inside others.
const MAX_DEPTH: u8 = 6;
/// Words that a shell reads before or between commands, and that are none (bash(1), RESERVED WORDS); `-p` is of `time`.
const RESERVED: [&[u8]; 16] = [
    b"if", b"then", b"else", b"elif", b"fi", b"do", b"done", b"while", b"until", b"esac", b"{", b"}", b"!", b"time",
    b"-p", b"coproc",
];

/// A simple command (sh(1)): what stands between `;`, `|`, `&&` and their like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellCommand {
    /// The command and its arguments, quotes removed, variables as they are written.
    pub words: Vec<Text>,
    /// `NAME=value` before the command, or alone.
    pub assignments: Vec<(Text, Text)>,
    /// `>file`, `2>&1`, `<&0`.
    pub redirects: Vec<Redirect>,
    /// The command whose output it reads: the index of what stands before `|`.
    pub reads: Option<usize>,
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
    let mut parser = Parser::default();
    parser.read(line.get(..MAX_BYTES).unwrap_or(line), None, 0);
    parser.commands
}

/// More stands in it than [`commands`] reads.
pub fn is_cut(line: &[u8]) -> bool {
    line.len() > MAX_BYTES || line.len() >= MAX_COMMANDS && commands(line).len() >= MAX_COMMANDS
}

#[derive(Default)]
struct Parser {
    commands: Vec<ShellCommand>,
    /// Bytes that were read, those of code inside of code each time.
    bytes: usize,
}

/// A command that is being read.
#[derive(Default)]
struct Open {
    command: ShellCommand,
    nested: Vec<(Inside, Vec<u8>)>,
    here: Vec<u8>,
    /// Words of a `for` or `case` head are no command.
    head: bool,
    /// The name of a function stands next.
    names_function: bool,
}

impl Parser {
    fn read(&mut self, text: &[u8], inside: Option<(usize, Inside)>, depth: u8) {
        self.bytes = self.bytes.saturating_add(text.len());
        if depth > MAX_DEPTH || self.bytes > MAX_ALL_BYTES {
            return;
        }
        let mut open = Open::default();
        let (mut piped, mut last) = (None, None);
        for token in Lexer::new(text) {
            if self.commands.len() >= MAX_COMMANDS {
                return;
            }
            match token {
                Token::Word(word) => open.word(word),
                Token::Redirect { operator, target } => open.redirect(operator, target),
                Token::Here(body) => open.here = body,
                Token::Operator(operator) => {
                    open.command.background = operator == b"&";
                    let ended = self.close(std::mem::take(&mut open), piped, inside, depth);
                    last = ended.or(last);
                    // A pipe goes on behind a line break, and a group hands on what stands last in it.
                    piped = match operator {
                        b"|" | b"|&" => last,
                        b"\n" | b"(" if ended.is_none() => piped,
                        _ => None,
                    };
                }
            }
        }
        self.close(open, piped, inside, depth);
    }

    /// Puts a command into the list and reads what stands inside it; gives its index.
    fn close(&mut self, open: Open, reads: Option<usize>, inside: Option<(usize, Inside)>, depth: u8) -> Option<usize> {
        let Open { mut command, mut nested, here, .. } = open;
        if command.words.is_empty() && command.assignments.is_empty() && command.redirects.is_empty() {
            return None;
        }
        (command.reads, command.inside) = (reads, inside);
        nested.extend(wrappers::code(&command.words).into_iter().map(|code| (Inside::Code, code)));
        if !here.is_empty() && languages::is_shell(command.name()) {
            nested.push((Inside::Code, here));
        }
        let index = self.commands.len();
        self.commands.push(command);
        for (how, text) in nested {
            self.read(&text, Some((index, how)), depth + 1);
        }
        Some(index)
    }
}

impl Open {
    fn word(&mut self, word: Word) {
        let Word { text, nested, quoted } = word;
        self.nested.extend(nested);
        let first = self.command.words.is_empty();
        if self.head || first && !quoted && RESERVED.contains(&text.as_slice()) {
            return;
        }
        if first && !quoted && matches!(text.as_slice(), b"for" | b"case" | b"select") {
            self.head = true;
            return;
        }
        if first && !quoted && text == b"function" {
            self.names_function = true;
            return;
        }
        if std::mem::take(&mut self.names_function) {
            return;
        }
        match assignment(&text) {
            Some((name, value)) if first => {
                self.command.assignments.push((Text::from(name), Text::from(value)));
            }
            _ => self.command.words.push(Text::from(text)),
        }
    }
    fn redirect(&mut self, operator: Vec<u8>, target: Word) {
        self.nested.extend(target.nested);
        self.command.redirects.push(Redirect { operator: Text::from(operator), target: Text::from(target.text) });
    }
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
