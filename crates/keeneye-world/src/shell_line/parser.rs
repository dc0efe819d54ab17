//! Commands out of words and operators: pipes, groups, and what stands inside of what.

use super::groups::{self, Groups, Reserved};
use super::lexer::{Lexer, Token, Word};
use super::variables::Variables;
use super::{Inside, MAX_ALL_BYTES, MAX_COMMANDS, MAX_DEPTH, Redirect, ShellCommand, assignment, said, wrappers};
use crate::languages;
use keeneye_facts::Text;
use std::collections::BTreeMap;
use std::ops::Range;

/// Functions that are remembered.
const MAX_FUNCTIONS: usize = 500;
/// Words of one array.
const MAX_ARRAY: usize = 200;

pub(super) fn read(text: &[u8]) -> Vec<ShellCommand> {
    let mut parser = Parser::default();
    parser.read(text, None, 0);
    parser.commands
}

#[derive(Default)]
struct Parser {
    commands: Vec<ShellCommand>,
    variables: Variables,
    /// Commands of their bodies.
    functions: BTreeMap<Vec<u8>, Range<usize>>,
    /// Bytes that were read, those of code inside of code each time.
    bytes: usize,
}

/// Where the reader of one text stands in it.
#[derive(Default)]
struct Reader {
    inside: Option<(usize, Inside)>,
    depth: u8,
    open: Open,
    groups: Groups,
    /// What stands before the pipe that leads here.
    piped: Option<Range<usize>>,
    /// What ended last: a command or a group.
    last: Option<Range<usize>>,
    /// The index of the first command of this line.
    line: usize,
    /// The word before a parenthesis: the name of a function when nothing stands in it.
    named: Option<Vec<u8>>,
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
    /// That name.
    function: Option<Vec<u8>>,
    /// Words of `NAME=(...)` so far.
    array: Option<Vec<Vec<u8>>>,
}

impl Parser {
    fn read(&mut self, text: &[u8], inside: Option<(usize, Inside)>, depth: u8) {
        self.bytes = self.bytes.saturating_add(text.len());
        if depth > MAX_DEPTH || self.bytes > MAX_ALL_BYTES {
            return;
        }
        let mut at = Reader { inside, depth, line: self.commands.len(), ..Reader::default() };
        if let Some((outer, Inside::Code)) = inside {
            at.groups.input = self.commands.get(outer).and_then(|command| command.reads.clone());
        }
        for token in Lexer::new(text) {
            if self.commands.len() >= MAX_COMMANDS {
                return;
            }
            match token {
                Token::Word(word) => self.word(&mut at, word),
                Token::Redirect { operator, target } => {
                    at.open.redirect(operator, self.variables.expand_whole(target));
                }
                Token::Here(body) => self.here(&mut at, body),
                Token::Operator(operator) => self.operator(&mut at, operator),
            }
        }
        at.open.array = None;
        self.operator(&mut at, b"\n");
    }

    fn word(&mut self, at: &mut Reader, mut word: Word) {
        if at.open.array.is_some() {
            at.open.nested.append(&mut word.nested);
            let words = self.variables.expand(word).into_iter().map(|word| word.text);
            at.open.array.iter_mut().for_each(|array| array.extend(words.clone()));
            return;
        }
        let first = at.open.command.words.is_empty();
        let reserved = groups::reserved(&word.text).filter(|_| first && !word.quoted && !at.open.head);
        if let Some(reserved) = reserved {
            match reserved {
                Reserved::Opens | Reserved::Head => {
                    at.groups.open(false, self.commands.len(), at.piped.as_ref());
                    at.open.head = reserved == Reserved::Head;
                }
                Reserved::Closes => self.leave(at, false),
                Reserved::Neither => (),
            }
            return;
        }
        if first && assignment(&word.text).is_some() {
            let word = self.variables.expand_whole(word);
            at.open.assign(word, &self.variables);
        } else {
            self.variables.expand(word).into_iter().for_each(|word| at.open.word(word));
        }
        if let Some(name) = at.open.function.take() {
            at.groups.function = Some(name);
        }
    }

    fn operator(&mut self, at: &mut Reader, operator: &'static [u8]) {
        if at.open.array.is_some() || operator == b"(" && at.open.begins_array() {
            return at.open.array(operator == b")");
        }
        at.open.command.background = operator == b"&";
        let named = at.open.command.words.first().filter(|_| operator == b"(" && at.open.command.words.len() == 1);
        let named = named.map(|word| word.to_vec());
        let ended = self.close(at);
        let closed = at.groups.closed.take();
        at.last = match (ended, &closed) {
            (Some(index), Some(group)) => {
                self.redirect_group(group.clone(), index);
                Some(group.start..index + 1)
            }
            (Some(index), None) => Some(index..index + 1),
            (None, Some(group)) => Some(group.clone()),
            (None, None) => at.last.take(),
        };
        // A pipe goes on behind a line break, and leads into a group.
        at.piped = match operator {
            b"|" | b"|&" => {
                let only = at.last.clone().filter(|last| last.len() == 1);
                only.and_then(|last| self.commands.get_mut(last.start)).into_iter().for_each(|one| one.piped = true);
                at.last.clone()
            }
            b"\n" | b"(" if ended.is_none() && closed.is_none() => at.piped.take(),
            _ => None,
        };
        match operator {
            b"(" => {
                at.groups.open(true, self.commands.len(), at.piped.as_ref());
                at.named = named;
            }
            b")" => {
                let is_function = ended.is_none() && at.groups.is_empty(self.commands.len());
                self.leave(at, true);
                at.groups.function = at.named.take().filter(|_| is_function);
            }
            b"\n" => at.line = self.commands.len(),
            _ => (),
        }
    }

    fn leave(&mut self, at: &mut Reader, parenthesis: bool) {
        if let Some((name, body)) = at.groups.close(parenthesis, self.commands.len())
            && self.functions.len() < MAX_FUNCTIONS
        {
            self.functions.insert(name, body);
        }
    }

    /// A redirection behind a group is one of all its commands: `done <file`.
    fn redirect_group(&mut self, group: Range<usize>, index: usize) {
        let Some(last) = self.commands.get_mut(index).filter(|last| last.words.is_empty()) else { return };
        let inside = last.inside;
        if !last.redirects.iter().any(|redirect| redirect.operator.contains(&b'<')) {
            last.reads = Some(group);
            return;
        }
        let commands = self.commands.get_mut(group).unwrap_or_default().iter_mut();
        commands
            .filter(|command| command.inside == inside && command.reads.is_none())
            .for_each(|command| command.reads = Some(index..index + 1));
    }

    /// The body of a here-document: code when a shell of this line takes it.
    fn here(&mut self, at: &mut Reader, body: Vec<u8>) {
        let takes = |command: &ShellCommand| command.inside == at.inside && command.takes_commands();
        let line = self.commands.get(at.line..).unwrap_or_default();
        match line.iter().position(takes) {
            Some(index) => self.read(&body, Some((at.line + index, Inside::Code)), at.depth + 1),
            None => at.open.here = body,
        }
    }

    /// Puts a command into the list and reads what stands inside it; gives its index.
    fn close(&mut self, at: &mut Reader) -> Option<usize> {
        let Open { mut command, mut nested, here, .. } = std::mem::take(&mut at.open);
        if command.words.is_empty() && command.assignments.is_empty() && command.redirects.is_empty() {
            return None;
        }
        at.groups.function = None;
        self.variables.learn(&command);
        command.reads = at.piped.as_ref().or(at.groups.input()).cloned();
        command.inside = at.inside;
        command.calls = command.words.first().and_then(|word| self.functions.get(word.as_slice())).cloned();
        nested.extend(wrappers::code(&command.words).into_iter().map(|code| (Inside::Code, code)));
        nested.extend(self.said_to(&command).map(|code| (Inside::Code, code)));
        if !here.is_empty() && (languages::is_shell(command.name()) || command.takes_commands()) {
            nested.push((Inside::Code, here));
        }
        let index = self.commands.len();
        let runs = |how: Inside| match how {
            Inside::Substitution => command.takes_commands() || is_substitution(command.words.first()),
            Inside::Process => languages::is_shell(command.name()) || matches!(command.name(), b"." | b"source"),
            Inside::Code => false,
        };
        let (runs_substitution, runs_process) = (runs(Inside::Substitution), runs(Inside::Process));
        self.commands.push(command);
        for (how, text) in nested {
            let before = self.commands.len();
            self.read(&text, Some((index, how)), at.depth + 1);
            let is_run = how == Inside::Substitution && runs_substitution || how == Inside::Process && runs_process;
            let says = self.commands.get(before).filter(|first| is_run && !first.piped).and_then(said::text);
            if let Some(code) = says {
                self.read(&code, Some((index, Inside::Code)), at.depth + 1);
            }
        }
        Some(index)
    }

    /// Commands that a shell is told by `echo` and `printf`, or by `<<<`.
    fn said_to(&self, command: &ShellCommand) -> Option<Vec<u8>> {
        if !command.takes_commands() || self.bytes > MAX_ALL_BYTES {
            return None;
        }
        let before = command.reads.clone().and_then(|range| self.commands.get(range)).unwrap_or_default();
        let said = before.iter().filter_map(said::text);
        let here = command.redirects.iter().filter(|redirect| redirect.operator == "<<<");
        let all: Vec<Vec<u8>> = said.chain(here.map(|redirect| redirect.target.to_vec())).collect();
        (!all.is_empty()).then(|| bstr::join("\n", all))
    }
}

fn is_substitution(word: Option<&Text>) -> bool {
    word.is_some_and(|word| word.starts_with(b"$(") || word.starts_with(b"`"))
}

impl Open {
    fn word(&mut self, word: Word) {
        let Word { text, nested, quoted, .. } = word;
        self.nested.extend(nested);
        if self.head {
            return;
        }
        if self.command.words.is_empty() && !quoted && text == b"function" {
            self.names_function = true;
        } else if std::mem::take(&mut self.names_function) {
            self.function = Some(text);
        } else {
            self.command.words.push(Text::from(text));
        }
    }
    /// `NAME=value`, `NAME+=value`.
    fn assign(&mut self, word: Word, variables: &Variables) {
        self.nested.extend(word.nested);
        let Some((name, value)) = assignment(&word.text).filter(|_| !self.head) else { return };
        let is_more = word.text.get(name.len()) == Some(&b'+');
        let value = if is_more { variables.appended(name, value) } else { value.to_vec() };
        self.command.assignments.push((Text::from(name), Text::from(value)));
    }
    fn redirect(&mut self, operator: Vec<u8>, target: Word) {
        self.nested.extend(target.nested);
        self.command.redirects.push(Redirect { operator: Text::from(operator), target: Text::from(target.text) });
    }
    /// `NAME=` stands before a parenthesis.
    fn begins_array(&self) -> bool {
        let is_empty = |(_, value): &(Text, Text)| value.is_empty();
        !self.head && self.command.words.is_empty() && self.command.assignments.last().is_some_and(is_empty)
    }
    /// An operator inside of an array, or the parenthesis that begins one.
    fn array(&mut self, ends: bool) {
        let words = self.array.get_or_insert_default();
        if ends || words.len() > MAX_ARRAY {
            let value = bstr::join(" ", words.iter());
            self.command
                .assignments
                .iter_mut()
                .next_back()
                .into_iter()
                .for_each(|(_, last)| *last = Text::from(&*value));
            self.array = None;
        }
    }
}
