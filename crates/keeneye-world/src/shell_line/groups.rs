//! Groups of commands: what stands in braces or parentheses, in a loop or in a condition.

use std::ops::Range;

/// A group that is not closed yet.
struct Open {
    /// A parenthesis began it.
    parenthesis: bool,
    /// The index of its first command.
    first: usize,
    /// What its commands read.
    input: Option<Range<usize>>,
    /// The function that it is the body of.
    function: Option<Vec<u8>>,
}

/// Where a reader of commands stands.
#[derive(Default)]
pub(super) struct Groups {
    open: Vec<Open>,
    /// What commands outside of all groups read.
    pub(super) input: Option<Range<usize>>,
    /// The group that ended just before.
    pub(super) closed: Option<Range<usize>>,
    /// The name of a function whose body stands next.
    pub(super) function: Option<Vec<u8>>,
}

/// What a reserved word does (bash(1), RESERVED WORDS).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reserved {
    Opens,
    /// Opens, and the words behind it are no command.
    Head,
    Closes,
    Neither,
}

/// Words that a shell reads before or between commands, and that are none; `-p` is of `time`.
pub(super) fn reserved(word: &[u8]) -> Option<Reserved> {
    match word {
        b"{" | b"if" | b"while" | b"until" => Some(Reserved::Opens),
        b"for" | b"case" | b"select" => Some(Reserved::Head),
        b"}" | b"fi" | b"done" | b"esac" => Some(Reserved::Closes),
        b"then" | b"else" | b"elif" | b"do" | b"!" | b"time" | b"-p" | b"coproc" => Some(Reserved::Neither),
        _ => None,
    }
}

impl Groups {
    /// What a command reads here that reads from no pipe of its own.
    pub(super) fn input(&self) -> Option<&Range<usize>> {
        self.open.last().map_or(self.input.as_ref(), |group| group.input.as_ref())
    }
    pub(super) fn open(&mut self, parenthesis: bool, first: usize, piped: Option<&Range<usize>>) {
        let input = piped.or(self.input()).cloned();
        let function = self.function.take();
        self.open.push(Open { parenthesis, first, input, function });
    }
    /// Nothing stands in the last group yet; the next command has that index.
    pub(super) fn is_empty(&self, next: usize) -> bool {
        self.open.last().is_some_and(|group| group.parenthesis && group.first == next)
    }
    /// Ends the last group, which ends before the command of that index. A parenthesis that nothing opened is a part of
    /// `case`. Gives the function that it was the body of.
    pub(super) fn close(&mut self, parenthesis: bool, end: usize) -> Option<(Vec<u8>, Range<usize>)> {
        let group = self.open.pop_if(|group| group.parenthesis == parenthesis)?;
        let range = group.first..end;
        self.closed = Some(range.clone());
        group.function.map(|name| (name, range))
    }
}
