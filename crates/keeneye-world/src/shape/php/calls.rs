//! Calls: what is run, by whatever name.

use super::names::{self, Role, callback_at};
use super::tokens::Kind;
use super::{ARGUMENT, DECODED, DIRECT, INPUT, JOINED, MADE, PART, RUNNER, Reader, Taint, names_superglobal};
use bstr::ByteSlice;
use keeneye_facts::Does;

/// Arguments of one call that are looked at.
const MAX_ARGUMENTS: usize = 8;
/// Behind these words parentheses hold a condition, and what follows is no call.
const KEYWORDS: [&[u8]; 14] = [
    b"if",
    b"elseif",
    b"while",
    b"for",
    b"foreach",
    b"switch",
    b"catch",
    b"declare",
    b"match",
    b"function",
    b"fn",
    b"use",
    b"array",
    b"list",
];
/// Types in a cast: `(string) ($x)`.
const TYPES: [&[u8]; 12] = [
    b"int", b"integer", b"float", b"double", b"real", b"bool", b"boolean", b"string", b"binary", b"array", b"object",
    b"unset",
];

impl<'a> Reader<'a> {
    /// `$f(...)`: by the string that it holds, or by what a request says.
    pub(super) fn call_by_variable(&mut self, at: usize, name: &'a [u8], open: usize) {
        let before = at.checked_sub(1).and_then(|at| self.kind(at));
        // A method of an object, a class that is made: what can be chosen is limited.
        if before == Some(&Kind::Mark(b'>')) || self.name_before(at) == Some(b"new") {
            return;
        }
        let close = self.partner(open);
        let by_name = before == Some(&Kind::Mark(b'$'));
        if open == at + 1 && !by_name {
            if let Some(function) = self.known_text(name).map(|text| text.to_ascii_lowercase()) {
                self.known_call(at, &function, open);
                return;
            }
            if self.known.run_arguments.contains(&[b"$", name].concat())
                && self.taint(open + 1, close, false) & INPUT != 0
            {
                self.found(at, Does::RunsInput);
                return;
            }
        }
        // `$$a[0]($$b[1])`: what that is called by is written nowhere.
        if by_name && open > at + 1 && self.has_variable_by_name(open, close) {
            self.found(at, Does::RunsInput);
            return;
        }
        let (callee, _) = self.value(at, name);
        self.dynamic_call(at, callee, open, close);
    }

    fn has_variable_by_name(&mut self, open: usize, close: usize) -> bool {
        for at in open..close {
            let by_name =
                self.is_mark(at, b'$') && matches!(self.kind(at + 1), Some(Kind::Variable(_) | Kind::Mark(b'{')));
            if by_name || !self.step() {
                return by_name;
            }
        }
        false
    }

    /// Somebody chooses what is called, or it was made to be overlooked.
    fn dynamic_call(&mut self, at: usize, callee: Taint, open: usize, close: usize) {
        let arguments = self.taint(open + 1, close, false);
        let hidden = callee & (RUNNER | DECODED | MADE) != 0;
        let chosen = callee & INPUT != 0 && callee & PART == 0 && (callee | arguments) & DIRECT != 0;
        if (hidden || chosen) && arguments & INPUT != 0 {
            self.found(at, Does::RunsInput);
        } else if callee & RUNNER != 0 {
            self.runs(at, arguments, true);
        } else if hidden && arguments & ARGUMENT != 0 {
            self.runs_its_arguments();
        }
    }

    /// What ends here is called: `('a' . 'b')(...)`, `[$f][0](...)`, `(function () {...})(...)`.
    pub(super) fn expression_call(&mut self, close: usize) {
        let open = close + 1;
        if !self.is_mark(open, b'(') {
            return;
        }
        let (mut close, mut from) = (close, self.partner(close));
        // `['f'][0](...)`, `${'f'}[0](...)`: what is taken a part of.
        while self.is_mark(from, b'[') && (self.is_mark_before(from, 1, b']') || self.is_mark_before(from, 1, b'}')) {
            close = from - 1;
            from = self.partner(close);
            if !self.step() {
                return;
            }
        }
        if from >= close {
            return;
        }
        let end = self.partner(open);
        let before = from.checked_sub(1).and_then(|at| self.kind(at));
        match (self.kind(from), before) {
            // `${'f'}(...)`
            (Some(Kind::Mark(b'{')), Some(Kind::Mark(b'$'))) => {
                let callee = match self.text(from + 1, close) {
                    Some(variable) if names::is_superglobal(&variable) => INPUT | DIRECT,
                    Some(variable) => self.lookup(&variable) | self.made_text(&variable),
                    None => MADE,
                };
                self.dynamic_call(close, callee, open, end);
            }
            (Some(Kind::Mark(b'{')), _) => (),
            (Some(Kind::Mark(b'[')), Some(Kind::Variable(_) | Kind::Mark(b']' | b')' | b'}') | Kind::Name(_))) => (),
            (Some(Kind::Mark(b'[')), _) => {
                let callee = self.taint(from + 1, close, false);
                self.dynamic_call(close, callee & !DECODED, open, end);
            }
            (_, Some(Kind::Name(name))) if KEYWORDS.contains(&name.as_slice()) => (),
            (_, Some(Kind::Name(name)))
                if !matches!(name.as_slice(), b"return" | b"echo" | b"print" | b"and" | b"or" | b"else") =>
            {
                let callee = self.callee_of_call(from - 1, from, close);
                self.dynamic_call(close, callee, open, end);
            }
            (_, Some(Kind::Variable(_) | Kind::Text(_) | Kind::Mark(b']' | b')' | b'}'))) => (),
            _ => self.parenthesised_call(from, close, open, end),
        }
    }

    /// A variable, by its name, holds the name of a function that runs something.
    fn made_text(&self, variable: &[u8]) -> Taint {
        if self.known_text(variable).is_some_and(|text| names::is_runner(text)) { RUNNER } else { 0 }
    }

    /// `base64_decode('...')(...)`: what a call gives is called.
    fn callee_of_call(&mut self, at: usize, from: usize, close: usize) -> Taint {
        match self.role(at) {
            Role::Decodes => DECODED,
            Role::MakesCallable => self.taint(from + 1, close, false),
            Role::RunsCommand if self.is_mark(from + 1, b'.') => RUNNER,
            Role::Passes => self.taint(at, close, false),
            _ => 0,
        }
    }

    fn parenthesised_call(&mut self, from: usize, close: usize, open: usize, end: usize) {
        let first = self.name(from + 1);
        let cast = close == from + 2 && first.is_some_and(|name| TYPES.contains(&name));
        if cast || matches!(first, Some(b"function" | b"fn" | b"static" | b"new" | b"clone" | b"include" | b"require"))
        {
            return;
        }
        if let Some(function) = self.text(from + 1, close) {
            let function = function.to_ascii_lowercase();
            self.known_call(close, &function, open);
            return;
        }
        let callee = self.taint(from + 1, close, false);
        // Nobody writes a name that way but to hide it: strings that are put together, or a constant from elsewhere.
        let written_oddly = if self.is_written_oddly(from + 1, close) { MADE } else { 0 };
        self.dynamic_call(close, callee | written_oddly, open, end);
    }

    /// Strings, bare names and operators: no variable, no call, no member of a class.
    fn is_written_oddly(&mut self, from: usize, end: usize) -> bool {
        let mut operands = 0;
        for at in from..end {
            let fits = match self.kind(at) {
                Some(Kind::Text(_)) => true,
                Some(Kind::Name(_)) => !self.is_mark(at + 1, b'('),
                Some(Kind::Number(_)) => true,
                Some(Kind::Mark(mark)) => b".^~|&()[]".contains(mark),
                _ => false,
            };
            operands += usize::from(!matches!(self.kind(at), Some(Kind::Mark(_))));
            if !fits || !self.step() {
                return false;
            }
        }
        operands > 0
    }

    pub(super) fn call(&mut self, at: usize, name: &'a [u8]) {
        let before = at.checked_sub(1).and_then(|at| self.kind(at));
        if before == Some(&Kind::Name(b"function".to_vec())) {
            return;
        }
        let method = self.is_method(at);
        let close = self.partner(at + 1);
        if self.known.run_arguments.contains(name) && self.taint(at + 2, close, false) & INPUT != 0 {
            self.found(at, Does::RunsInput);
        }
        match self.role(at) {
            Role::Invokes if method => self.invokes(at, close),
            _ if !method && before != Some(&Kind::Name(b"new".to_vec())) => self.known_call(at, name, at + 1),
            _ => (),
        }
    }

    /// `$x->name`, `X::name`
    fn is_method(&self, at: usize) -> bool {
        self.is_mark_before(at, 1, b'>') && self.is_mark_before(at, 2, b'-')
            || self.is_mark_before(at, 1, b':') && self.is_mark_before(at, 2, b':')
    }

    /// `$f->invoke(...)`, `(new ReflectionFunction('system'))->invoke(...)`: what the object was made of is called.
    fn invokes(&mut self, at: usize, close: usize) {
        let Some(last) = at.checked_sub(3) else { return };
        let callee = match self.kind(last) {
            Some(Kind::Variable(name)) => self.value(last, name).0,
            Some(Kind::Mark(b')')) => {
                let from = self.partner(last);
                // `(new ReflectionFunction('f'))`, `Closure::fromCallable('f')`
                let made = self.role(from + 2) == Role::MakesCallable
                    || from.checked_sub(1).is_some_and(|at| self.role(at) == Role::MakesCallable);
                if made { self.taint(from + 1, last, false) } else { 0 }
            }
            _ => 0,
        };
        self.dynamic_call(at, callee & !DECODED, at + 1, close);
    }

    pub(super) fn known_call(&mut self, at: usize, name: &[u8], open: usize) {
        let close = self.partner(open);
        match names::role(name) {
            Role::RunsCode => {
                let mut taint = self.taint(open + 1, close, false);
                if self.text(open + 1, close).is_some_and(|code| names_superglobal(&code)) {
                    taint |= INPUT;
                }
                self.runs(at, taint, name == b"eval");
            }
            Role::RunsCommand => {
                let taint = self.taint(open + 1, close, true);
                self.runs(at, taint, true);
            }
            Role::Asserts if !self.compares(open + 1, close) => {
                let taint = self.taint(open + 1, close, false);
                self.runs(at, taint & !ARGUMENT, false);
            }
            Role::ReplacesByCode => {
                let pattern_end = self.end(open + 1);
                let evaluates = self.text(open + 1, pattern_end).is_some_and(|pattern| has_e(&pattern));
                if evaluates && self.taint(pattern_end, close, false) & (INPUT | DECODED) != 0 {
                    self.found(at, Does::RunsInput);
                }
            }
            Role::CallsBack => self.calls_back(at, name, open, close),
            Role::Writes => self.writes(at, open, close),
            Role::Moves => self.moves(at, name, open, close),
            Role::LooksAtFile => self.known.looks_at_files = true,
            Role::Checks => self.checks(name, open, close),
            Role::Defines => {
                let name_end = self.end(open + 1);
                if let Some(name) = self.text(open + 1, name_end) {
                    let end = self.end(name_end + 1);
                    self.define(&name.to_ascii_lowercase(), name_end + 1, end);
                }
            }
            Role::SetsVariables if self.taint(open + 1, close, false) & DIRECT != 0 => self.all_input = true,
            _ => (),
        }
    }

    /// From and end of each argument.
    pub(super) fn arguments(&mut self, open: usize, close: usize) -> Vec<(usize, usize)> {
        let mut arguments = Vec::new();
        let mut from = open + 1;
        while from < close && arguments.len() < MAX_ARGUMENTS && self.step() {
            let end = self.end(from).min(close);
            arguments.push((from, end));
            from = end + 1;
        }
        arguments
    }

    /// A function is named by an argument: by a request with what the request brings, or one that runs what it is
    /// given.
    fn calls_back(&mut self, at: usize, name: &[u8], open: usize, close: usize) {
        let arguments = self.arguments(open, close);
        let index = callback_at(name).unwrap_or(arguments.len().saturating_sub(1));
        let Some((from, end)) = arguments.get(index).copied() else { return };
        let mut rest = 0;
        for (other, (from, end)) in arguments.iter().enumerate() {
            if other != index {
                rest |= self.taint(*from, *end, false);
            }
        }
        let callee = self.callback(name, from, end);
        if self.is_own_runner(from, end) && rest & INPUT != 0 {
            self.found(at, Does::RunsInput);
            return;
        }
        let chosen = callee & INPUT != 0 && callee & (PART | JOINED) == 0;
        let hidden = callee & (RUNNER | MADE | DECODED) != 0;
        let with_input = rest & INPUT != 0 && (hidden || chosen && (callee | rest) & DIRECT != 0);
        let later = names::calls_later(name);
        let with_any =
            chosen && callee & DIRECT != 0 && (arguments.len() > 1 || later) || later && callee & RUNNER != 0;
        if with_input || with_any {
            self.found(at, Does::RunsInput);
        } else if callee & RUNNER != 0 {
            self.runs(at, rest, true);
        }
    }

    fn callback(&mut self, name: &[u8], from: usize, end: usize) -> Taint {
        let is_array = self.is_mark(from, b'[') || self.name(from) == Some(b"array");
        if name == b"filter_var" {
            return if is_array { self.taint(from, end, false) & RUNNER } else { 0 };
        }
        let closure = (from..end.min(from + 2)).any(|at| matches!(self.name(at), Some(b"function" | b"fn")));
        // A method of something that the script chooses.
        if is_array || closure {
            return 0;
        }
        let named = self.text(from, end).is_some_and(|text| names::is_runner(&text));
        self.taint(from, end, false) | if named { RUNNER } else { 0 }
    }

    /// The callback is a function, a method or a closure of the script that runs what it is given.
    fn is_own_runner(&mut self, from: usize, end: usize) -> bool {
        for at in from..end {
            let known = match self.kind(at) {
                Some(Kind::Text(text)) if text.len() < 64 => {
                    self.known.run_arguments.contains(&text.to_ascii_lowercase())
                }
                Some(Kind::Variable(name)) => self.known.run_arguments.contains(&[b"$", name.as_slice()].concat()),
                Some(Kind::Name(name)) if matches!(name.as_slice(), b"function" | b"fn") => {
                    self.known.run_arguments.contains(format!("#{at}").as_bytes())
                }
                Some(Kind::Name(name)) => self.known.run_arguments.contains(name),
                _ => false,
            };
            if known || !self.step() {
                return known;
            }
        }
        false
    }

    /// `preg_match('/^[a-z]+$/', $x)`: what is written about it can only be what it may be.
    fn checks(&mut self, name: &[u8], open: usize, close: usize) {
        let pattern_end = self.end(open + 1);
        let subject = if name == b"preg_match" {
            if !self.text(open + 1, pattern_end).is_some_and(|pattern| is_narrow(&pattern)) {
                return;
            }
            pattern_end + 1
        } else {
            open + 1
        };
        if let (Some(Kind::Variable(name)), Some(Kind::Mark(b')' | b','))) =
            (self.kind(subject), self.kind(subject + 1))
            && subject < close
            && !names::is_superglobal(name)
        {
            self.set(name, 0, false);
        }
    }

    /// A comparison or a test stands there: an assertion, and no code.
    fn compares(&mut self, from: usize, end: usize) -> bool {
        for at in from..end {
            let compares = match self.kind(at) {
                Some(Kind::Mark(mark)) => {
                    b"<>!&|=".contains(mark) && !(*mark == b'>' && self.is_mark(at.wrapping_sub(1), b'-'))
                }
                Some(Kind::Name(name)) => name == b"instanceof" || matches!(self.role(at), Role::Cleans | Role::Checks),
                _ => false,
            };
            if compares || !self.step() {
                return compares;
            }
        }
        false
    }
}

/// The whole text may hold letters, digits and a few marks, and nothing that code or a command is made of.
fn is_narrow(pattern: &[u8]) -> bool {
    let end = pattern.rfind_byte(b'$').unwrap_or(0);
    let inner = pattern.get(2..end).unwrap_or_default();
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"[]()-_+*{},\\".contains(b);
    pattern.get(1) == Some(&b'^') && !inner.is_empty() && inner.iter().all(plain) && !inner.contains_str("\\S")
}

/// `/x/e`: the modifier that made preg_replace(3) run what it replaced by, up to PHP 5.
fn has_e(pattern: &[u8]) -> bool {
    let Some(first) = pattern.first() else { return false };
    let close = match first {
        b'(' => b')',
        b'{' => b'}',
        b'[' => b']',
        b'<' => b'>',
        other => *other,
    };
    let end = pattern.rfind_byte(close).filter(|end| *end > 0);
    end.and_then(|end| pattern.get(end + 1..)).is_some_and(|modifiers| modifiers.contains(&b'e'))
}
