//! Values: where they come from, and the strings that they are known to be.

use super::names::{self, Role, is_request_field, is_superglobal};
use super::tokens::Kind;
use super::{ARGUMENT, DECODED, DIRECT, FETCHED, INPUT, MADE, MAX_TEXT, PART, RUNNER, Reader, Taint};
use bstr::ByteSlice;

/// Shorter pieces of text choose nothing: a slash, a dot.
const LEAST_PART: usize = 3;

impl<'a> Reader<'a> {
    /// Where the value may come from that these tokens make. `strict`: a function that is not known cleans it.
    pub(super) fn taint(&mut self, from: usize, end: usize, strict: bool) -> Taint {
        let mut taint = 0;
        let mut at = from;
        // What is handed to other functions names nothing that is called here.
        let mut handed_until = from;
        while at < end && self.step() {
            match self.kind(at) {
                Some(Kind::Variable(name)) => {
                    let (found, next) = self.value(at, name);
                    taint |= found;
                    at = next;
                    continue;
                }
                // `${"_POST"}`
                Some(Kind::Mark(b'$')) if self.is_mark(at + 1, b'{') => {
                    let close = self.partner(at + 1);
                    if self.text(at + 2, close).is_some_and(|name| is_superglobal(&name)) {
                        taint |= INPUT | DIRECT;
                    }
                }
                Some(Kind::Text(text)) => {
                    let handed = if at < handed_until { RUNNER } else { 0 };
                    taint |= self.text_taint(at, text) & !handed;
                }
                // A condition decides, and is no part of the value.
                Some(Kind::Mark(b'?')) if !self.is_operator(at) => taint = 0,
                // Known strings that make another one, bit by bit.
                Some(Kind::Mark(b'^')) if self.joins_text(at) => taint |= DECODED,
                Some(Kind::Mark(b'~')) if matches!(self.kind(at + 1), Some(Kind::Text(_))) => taint |= DECODED,
                // A number, whatever it was.
                Some(Kind::Mark(b'(')) if self.is_number_cast(at) => {
                    at = self.behind_value(at + 3);
                    continue;
                }
                // What a function does is no value.
                Some(Kind::Name(name)) if name == b"function" && self.is_mark(at + 1, b'(') => {
                    let close = self.partner(at + 1);
                    at = self.body_end(close).unwrap_or(close).saturating_add(1);
                    continue;
                }
                Some(Kind::Name(name)) if self.is_mark(at + 1, b'(') => {
                    let (found, skips) = self.call_taint(at, name, strict);
                    taint |= found;
                    let close = self.partner(at + 1);
                    if skips {
                        at = close.saturating_add(1);
                        continue;
                    }
                    if self.role(at) == Role::Unknown {
                        handed_until = handed_until.max(close);
                    }
                }
                Some(Kind::Name(name)) => {
                    taint |= self.known.constants.get(name.as_slice()).map_or(0, |(_, taint)| *taint)
                }
                _ => (),
            }
            at += 1;
        }
        taint
    }

    fn text_taint(&mut self, at: usize, text: &[u8]) -> Taint {
        let mut taint = 0;
        if text.contains_str("php://input") {
            taint |= INPUT | DIRECT;
        }
        if text.starts_with(b"data:") {
            taint |= DECODED;
        }
        let joined = self.is_mark(at + 1, b'.') || self.is_mark_before(at, 1, b'.');
        let interpolated = matches!(at.checked_sub(1).and_then(|at| self.kind(at)), Some(Kind::Variable(_)));
        let chooses = |text: &[u8]| {
            let word = text.len() >= LEAST_PART && text.iter().any(u8::is_ascii_alphanumeric);
            word && !names::is_part_of_runner(text)
        };
        if joined && chooses(text) || interpolated && !text.starts_with(b"$") && !text.starts_with(b"{$") {
            taint |= PART;
        }
        let whole = if self.is_mark(at + 1, b'.') { self.joined_text(at) } else { None };
        if names::is_runner(whole.as_deref().unwrap_or(text)) {
            taint |= RUNNER;
        }
        taint
    }

    /// The string that begins here and goes on behind dots: `'sys' . 'tem'`.
    fn joined_text(&mut self, from: usize) -> Option<Vec<u8>> {
        let mut end = from + 1;
        while self.is_mark(end, b'.') && matches!(self.kind(end + 1), Some(Kind::Text(_))) && end - from < 40 {
            end += 2;
        }
        self.text(from, end)
    }

    fn joins_text(&self, at: usize) -> bool {
        let is_text = |at: Option<usize>| matches!(at.and_then(|at| self.kind(at)), Some(Kind::Text(_)));
        is_text(at.checked_sub(1)) && is_text(Some(at + 1))
    }

    /// What a call in an expression adds to it, and whether its arguments are of no matter.
    fn call_taint(&mut self, at: usize, name: &[u8], strict: bool) -> (Taint, bool) {
        let close = self.partner(at + 1);
        match self.role(at) {
            Role::Cleans | Role::Checks => (0, true),
            Role::Decodes => (DECODED, false),
            Role::Input => (INPUT | DIRECT, false),
            Role::Arguments => (ARGUMENT, false),
            Role::Fetches if self.names_address(at + 1, close) => (FETCHED, false),
            // `system(...)`: the function itself.
            Role::RunsCommand if self.is_mark(at + 2, b'.') && self.is_mark(at + 3, b'.') => (RUNNER, true),
            Role::Passes if names::puts_together(name) && self.is_known(at + 2, close) => (MADE, false),
            Role::Unknown if self.known.return_input.contains(name) && self.is_own(at) => (INPUT, false),
            // `getenv('HTTP_X')`
            Role::Unknown
                if name == b"getenv" && self.text(at + 2, close).is_some_and(|key| is_request_field(&key)) =>
            {
                (INPUT | DIRECT, true)
            }
            Role::Unknown => (0, strict),
            _ => (0, false),
        }
    }

    /// Nothing but known strings and numbers, and at least one string.
    fn is_known(&mut self, from: usize, end: usize) -> bool {
        let mut texts = 0;
        for at in from..end {
            let known = match self.kind(at) {
                Some(Kind::Text(_)) => {
                    texts += 1;
                    true
                }
                Some(Kind::Variable(name)) => {
                    texts += 1;
                    self.known_text(name).is_some()
                }
                Some(Kind::Number(_) | Kind::Mark(_)) => true,
                Some(Kind::Name(name)) => name == b"array",
                _ => false,
            };
            if !known || !self.step() {
                return false;
            }
        }
        texts > 0
    }

    /// The taint of a variable and the index behind it: what stands in brackets only chooses a part of it.
    pub(super) fn value(&mut self, at: usize, name: &[u8]) -> (Taint, usize) {
        let mut next = at + 1;
        let mut key = name.to_vec();
        let index = if self.is_mark(next, b'[') && matches!(name, b"_SERVER" | b"GLOBALS") {
            let close = self.partner(next);
            self.text(next + 1, close)
        } else {
            None
        };
        while self.step() {
            if self.is_mark(next, b'[') {
                next = self.partner(next).saturating_add(1);
            } else if self.is_mark(next, b'-') && self.is_mark(next + 1, b'>') && !self.is_mark(next + 3, b'(') {
                key.extend_from_slice(b"->");
                key.extend_from_slice(self.name(next + 2).unwrap_or_default());
                next += 3;
            } else {
                break;
            }
        }
        let by_name = self.is_mark_before(at, 1, b'$');
        let input = is_superglobal(name)
            || name == b"_SERVER" && index.as_deref().is_some_and(is_request_field)
            || name == b"GLOBALS" && index.as_deref().is_some_and(is_superglobal)
            || by_name && self.known_text(name).is_some_and(|text| is_superglobal(text));
        let taint = match index {
            _ if input => INPUT | DIRECT,
            Some(variable) if name == b"GLOBALS" => self.lookup(&variable),
            // A property of what a request brings.
            _ if key.len() > name.len() && name != b"this" => self.lookup(&key) | self.lookup(name) & INPUT,
            _ => self.lookup(&key),
        };
        (taint, next)
    }

    /// `?->`, `??`, `?:`
    fn is_operator(&self, at: usize) -> bool {
        let around = [self.kind(at + 1), at.checked_sub(1).and_then(|before| self.kind(before))];
        around.iter().any(|kind| matches!(kind, Some(Kind::Mark(b'?' | b':' | b'-'))))
    }

    fn is_number_cast(&self, at: usize) -> bool {
        let number =
            matches!(self.name(at + 1), Some(b"int" | b"integer" | b"float" | b"double" | b"bool" | b"boolean"));
        number && self.is_mark(at + 2, b')')
    }

    fn behind_value(&mut self, at: usize) -> usize {
        match self.kind(at) {
            Some(Kind::Variable(name)) => self.value(at, name).1,
            _ => at,
        }
    }

    pub(super) fn names_address(&mut self, from: usize, end: usize) -> bool {
        (from..end).take_while(|_| self.step()).collect::<Vec<_>>().into_iter().any(|at| match self.kind(at) {
            Some(Kind::Text(text)) => is_address(text),
            _ => false,
        })
    }

    /// Nothing else is put to it: a variable, a directory before it, what decodes it.
    pub(super) fn is_sole(&mut self, from: usize, end: usize) -> bool {
        let mut at = from;
        let mut variables = 0;
        while at < end && self.step() {
            match self.kind(at) {
                Some(Kind::Variable(name)) if name == b"_SERVER" => at = self.value(at, name).1.saturating_sub(1),
                Some(Kind::Variable(name)) => {
                    variables += 1;
                    at = self.value(at, name).1.saturating_sub(1);
                }
                Some(Kind::Text(text)) if text.len() >= LEAST_PART && !text.contains_str("php://input") => {
                    return false;
                }
                _ => (),
            }
            at += 1;
        }
        variables <= 1
    }

    /// The string that these tokens make, when it is a known one: strings with dots between.
    pub(super) fn text(&mut self, from: usize, end: usize) -> Option<Vec<u8>> {
        let mut made = Vec::new();
        let mut at = from;
        while at < end {
            if !self.step() {
                return None;
            }
            match self.kind(at)? {
                Kind::Text(text) if made.len() + text.len() < MAX_TEXT => made.extend_from_slice(text),
                Kind::Variable(name) => {
                    let known = self.known_text(name)?;
                    match self.index(at + 1) {
                        Some((index, behind)) => {
                            made.push(*known.get(index)?);
                            at = behind;
                            continue;
                        }
                        None => made.extend_from_slice(known),
                    }
                }
                // `chr(115)`
                Kind::Name(name) if name == b"chr" && self.is_mark(at + 1, b'(') => {
                    made.push(u8::try_from(self.number(at + 2)? & 0xff).ok()?);
                    at = self.partner(at + 1);
                }
                Kind::Name(name) => made.extend_from_slice(self.known.constants.get(name.as_slice())?.0.as_ref()?),
                Kind::Mark(b'.' | b'(' | b')') => (),
                _ => return None,
            }
            if made.len() >= MAX_TEXT {
                return None;
            }
            at += 1;
        }
        (!made.is_empty()).then_some(made)
    }

    /// `[3]` or `{3}`: the number, and the index behind it.
    fn index(&self, at: usize) -> Option<(usize, usize)> {
        let opens = self.is_mark(at, b'[') || self.is_mark(at, b'{');
        let closes = self.is_mark(at + 2, b']') || self.is_mark(at + 2, b'}');
        (opens && closes).then(|| Some((self.number(at + 1)?, at + 3))).flatten()
    }

    fn number(&self, at: usize) -> Option<usize> {
        match self.kind(at)? {
            Kind::Number(digits) => match digits.strip_prefix(b"0x") {
                Some(hex) => usize::from_str_radix(hex.to_str().ok()?, 16).ok(),
                None => digits.to_str().ok()?.parse().ok(),
            },
            _ => None,
        }
    }
}

/// Of a file elsewhere.
pub(super) fn is_address(text: &[u8]) -> bool {
    [&b"http://"[..], b"https://", b"ftp://"].iter().any(|way| text.starts_with(way))
}
