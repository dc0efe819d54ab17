//! What a PHP script does with what a request brings: a light reading of how values flow to calls that run them.
//!
//! It follows assignments in order, one scope for each function, and looks into every call that runs code or commands.
//! It does not follow conditions: what stands behind `if (false)` counts like any other.

use super::php_names::{Role, is_superglobal, role};
use super::php_tokens::{Kind, Token, tokens};
use bstr::ByteSlice;
use keeneye_facts::Does;
use std::collections::{BTreeMap, BTreeSet};

/// Steps that one file is worth; an honest one takes a few for each token.
/// Bytes of a string that is followed: names of functions and short code.
const MAX_TEXT: usize = 4096;
const MAX_WORK: usize = 4_000_000;
/// Findings of one file.
const MAX_FOUND: usize = 50;

/// Where a value may come from.
type Taint = u8;
const INPUT: Taint = 1;
const DECODED: Taint = 2;
const FETCHED: Taint = 4;
/// An argument of the function that is being read.
const ARGUMENT: Taint = 8;
/// A request's variable stands there by itself.
const DIRECT: Taint = 16;

/// What the lines of a script do, and whether it was too much to read.
pub(super) fn read(bytes: &[u8]) -> (Vec<(u32, Does)>, bool) {
    let (tokens, cut) = tokens(bytes);
    let mut reader = Reader::new(&tokens);
    // Functions may be called before they are defined: the second time those that run their arguments are known.
    reader.pass();
    let runs_arguments = std::mem::take(&mut reader.runs_arguments);
    let mut again = Reader::new(&tokens);
    again.runs_arguments = runs_arguments;
    again.pass();
    again.found.sort_unstable();
    again.found.dedup();
    (again.found, cut || again.work == 0)
}

#[derive(Default)]
struct Scope {
    /// Depth of braces that it ends with.
    depth: usize,
    taints: BTreeMap<Vec<u8>, Taint>,
    /// Variables that hold one known string.
    texts: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Names of the function and its class.
    function: Vec<Vec<u8>>,
}

struct Reader<'a> {
    tokens: &'a [Token],
    scopes: Vec<Scope>,
    depth: usize,
    /// A function whose body has not begun.
    pending: Option<Scope>,
    class: Vec<u8>,
    /// Every variable may have been set by a request: `extract($_POST)`.
    all_input: bool,
    /// Functions and classes that run what they are given.
    runs_arguments: BTreeSet<Vec<u8>>,
    found: Vec<(u32, Does)>,
    work: usize,
}

impl<'a> Reader<'a> {
    fn new(tokens: &'a [Token]) -> Self {
        Self {
            tokens,
            scopes: vec![Scope::default()],
            depth: 0,
            pending: None,
            class: Vec::new(),
            all_input: false,
            runs_arguments: BTreeSet::new(),
            found: Vec::new(),
            work: MAX_WORK,
        }
    }

    fn kind(&self, at: usize) -> Option<&'a Kind> {
        self.tokens.get(at).map(|token| &token.kind)
    }
    fn is_mark(&self, at: usize, mark: u8) -> bool {
        self.kind(at) == Some(&Kind::Mark(mark))
    }
    fn name(&self, at: usize) -> Option<&'a [u8]> {
        match self.kind(at)? {
            Kind::Name(name) => Some(name),
            _ => None,
        }
    }
    fn found(&mut self, at: usize, does: Does) {
        if self.found.len() < MAX_FOUND {
            self.found.push((self.tokens.get(at).map_or(0, |token| token.line), does));
        }
    }
    fn step(&mut self) -> bool {
        self.work = self.work.saturating_sub(1);
        self.work > 0
    }

    fn pass(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() && self.step() {
            match self.kind(at) {
                Some(Kind::Mark(b'{')) => {
                    self.depth += 1;
                    if let Some(mut scope) = self.pending.take() {
                        scope.depth = self.depth;
                        self.scopes.push(scope);
                    }
                }
                Some(Kind::Mark(b'}')) => {
                    if self.scopes.len() > 1 && self.scopes.last().is_some_and(|scope| scope.depth == self.depth) {
                        self.scopes.pop();
                    }
                    self.depth = self.depth.saturating_sub(1);
                }
                Some(Kind::Mark(b';')) => self.pending = None,
                Some(Kind::Variable(name)) => self.variable(at, name),
                Some(Kind::Command(text)) => self.command(at, text),
                Some(Kind::Name(name)) => self.word(at, name),
                _ => (),
            }
            at += 1;
        }
    }

    fn word(&mut self, at: usize, name: &'a [u8]) {
        match name {
            b"function" => self.function(at),
            b"class" => self.class = self.name(at + 1).unwrap_or_default().to_vec(),
            b"foreach" => self.foreach(at),
            b"include" | b"include_once" | b"require" | b"require_once" => {
                let end = self.end(at + 1);
                let taint = self.taint(at + 1, end, false);
                if taint & DIRECT != 0 {
                    self.found(at, Does::LoadsInput);
                }
            }
            _ if self.is_mark(at + 1, b'(') => self.call(at, name),
            _ => (),
        }
    }

    /// `function name($a, $b) use ($c)`.
    fn function(&mut self, at: usize) {
        let name_at = if self.is_mark(at + 1, b'&') { at + 2 } else { at + 1 };
        let name = self.name(name_at);
        let open = if name.is_some() { name_at + 1 } else { name_at };
        let mut scope = Scope { function: name.into_iter().map(<[u8]>::to_vec).collect(), ..Scope::default() };
        if name.is_some_and(|name| name.starts_with(b"__")) && !self.class.is_empty() {
            scope.function.push(self.class.clone());
        }
        let close = self.closing(open);
        for inside in open..close {
            if let Some(Kind::Variable(argument)) = self.kind(inside) {
                scope.taints.insert(argument.clone(), ARGUMENT);
            }
        }
        if self.name(close + 1) == Some(b"use") {
            for inside in close + 2..self.closing(close + 2) {
                if let Some(Kind::Variable(variable)) = self.kind(inside) {
                    let taint = self.lookup(variable);
                    scope.taints.insert(variable.clone(), taint);
                }
            }
        }
        self.pending = Some(scope);
    }

    /// `foreach ($_POST as $name => $value)`
    fn foreach(&mut self, at: usize) {
        let close = self.closing(at + 1);
        let Some(word) = (at + 1..close).find(|inside| self.name(*inside) == Some(b"as")) else { return };
        let taint = self.taint(at + 2, word, false);
        for inside in word..close {
            if let Some(Kind::Variable(variable)) = self.kind(inside) {
                self.set(variable, taint, false);
            }
        }
    }

    /// An assignment, or a call by a variable.
    fn variable(&mut self, at: usize, name: &'a [u8]) {
        let mut next = at + 1;
        let mut key = name.to_vec();
        let mut part = false;
        loop {
            if self.is_mark(next, b'[') || (self.is_mark(next, b'{') && self.is_mark(next + 2, b'}')) {
                next = self.closing(next) + 1;
                part = true;
            } else if self.is_mark(next, b'-') && self.is_mark(next + 1, b'>') && !self.is_mark(next + 3, b'(') {
                key.extend_from_slice(b"->");
                key.extend_from_slice(self.name(next + 2).unwrap_or_default());
                next += 3;
            } else {
                break;
            }
            if !self.step() {
                return;
            }
        }
        if self.is_mark(next, b'(') {
            self.call_by_variable(at, name, next);
            return;
        }
        let appends = self.is_mark(next, b'.') && self.is_mark(next + 1, b'=');
        let sets = self.is_mark(next, b'=') && !self.is_mark(next + 1, b'=') && !self.is_mark(next + 1, b'>');
        if !appends && !sets {
            return;
        }
        let from = if appends { next + 2 } else { next + 1 };
        let end = self.end(from);
        let taint = self.taint(from, end, false);
        let text = self.text(from, end).filter(|_| !part);
        self.set(&key, taint, appends || part);
        let Some(scope) = self.scopes.last_mut() else { return };
        match text {
            Some(text) if appends => {
                if let Some(known) = scope.texts.get_mut(&key) {
                    known.extend_from_slice(&text);
                }
                if scope.texts.get(&key).is_some_and(|known| known.len() >= MAX_TEXT) {
                    scope.texts.remove(&key);
                }
            }
            Some(text) => drop(scope.texts.insert(key, text)),
            None => drop(scope.texts.remove(&key)),
        }
    }

    fn set(&mut self, key: &[u8], taint: Taint, keeps: bool) {
        // What belongs to an object is seen by all its functions.
        let shared = key.contains_str("->");
        let scope = if shared { self.scopes.first_mut() } else { self.scopes.last_mut() };
        let Some(scope) = scope else { return };
        let known = scope.taints.entry(key.to_vec()).or_default();
        let taint = taint & !DIRECT;
        *known = if keeps || shared { *known | taint } else { taint };
    }

    fn lookup(&self, key: &[u8]) -> Taint {
        let scope = if key.contains_str("->") { self.scopes.first() } else { self.scopes.last() };
        let known = scope.and_then(|scope| scope.taints.get(key)).copied();
        known.unwrap_or(if self.all_input { INPUT } else { 0 })
    }

    /// The index behind the mark that closes the bracket at `open`.
    fn closing(&mut self, open: usize) -> usize {
        let mut depth = 0_usize;
        let mut at = open;
        while let Some(kind) = self.kind(at).filter(|_| self.work > 0) {
            self.step();
            match kind {
                Kind::Mark(b'(' | b'[' | b'{') => depth += 1,
                Kind::Mark(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
                _ => (),
            }
            if depth == 0 {
                return at;
            }
            at += 1;
        }
        at
    }

    /// Where the expression ends that begins here.
    fn end(&mut self, from: usize) -> usize {
        let mut depth = 0_usize;
        let mut at = from;
        while let Some(kind) = self.kind(at).filter(|_| self.work > 0) {
            self.step();
            match kind {
                Kind::Mark(b'(' | b'[' | b'{') => depth += 1,
                Kind::Mark(b')' | b']' | b'}' | b',') if depth == 0 => return at,
                Kind::Mark(b')' | b']' | b'}') => depth -= 1,
                Kind::Mark(b';') => return at,
                _ => (),
            }
            at += 1;
        }
        at
    }

    /// Where the value may come from that these tokens make. `strict`: a function that is not known cleans it.
    fn taint(&mut self, from: usize, end: usize, strict: bool) -> Taint {
        let mut taint = 0;
        let mut at = from;
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
                    let close = self.closing(at + 1);
                    if self.text(at + 2, close).is_some_and(|name| is_superglobal(&name)) {
                        taint |= INPUT | DIRECT;
                    }
                }
                Some(Kind::Text(text)) if text.contains_str("php://input") => taint |= INPUT | DIRECT,
                Some(Kind::Text(text)) if text.starts_with(b"data:") => taint |= DECODED,
                // A condition decides, and is no part of the value.
                Some(Kind::Mark(b'?')) if !self.is_operator(at) => taint = 0,
                // A number, whatever it was.
                Some(Kind::Mark(b'(')) if self.is_number_cast(at) => {
                    at = self.behind_value(at + 3);
                    continue;
                }
                Some(Kind::Name(name)) if self.is_mark(at + 1, b'(') => match role(name) {
                    Role::Cleans => {
                        at = self.closing(at + 1) + 1;
                        continue;
                    }
                    Role::Decodes => taint |= DECODED,
                    Role::Input => taint |= INPUT | DIRECT,
                    Role::Fetches => {
                        let close = self.closing(at + 1);
                        if self.names_address(at + 1, close) {
                            taint |= FETCHED;
                        }
                    }
                    Role::Unknown if strict => {
                        at = self.closing(at + 1) + 1;
                        continue;
                    }
                    _ => (),
                },
                _ => (),
            }
            at += 1;
        }
        taint
    }

    /// The taint of a variable and the index behind it: what stands in brackets only chooses a part of it.
    fn value(&mut self, at: usize, name: &[u8]) -> (Taint, usize) {
        let mut next = at + 1;
        let mut key = name.to_vec();
        let index = match self.kind(at + 2) {
            Some(Kind::Text(text)) if self.is_mark(at + 1, b'[') => Some(text.as_slice()),
            _ => None,
        };
        while self.step() {
            if self.is_mark(next, b'[') {
                next = self.closing(next) + 1;
            } else if self.is_mark(next, b'-') && self.is_mark(next + 1, b'>') && !self.is_mark(next + 3, b'(') {
                key.extend_from_slice(b"->");
                key.extend_from_slice(self.name(next + 2).unwrap_or_default());
                next += 3;
            } else {
                break;
            }
        }
        let header = |key: &[u8]| key.starts_with(b"HTTP_") && key != b"HTTP_HOST" || key == b"QUERY_STRING";
        let by_name = at > 0 && self.is_mark(at - 1, b'$');
        let text = self.scopes.last().and_then(|scope| scope.texts.get(name));
        let input = is_superglobal(name)
            || name == b"_SERVER" && index.is_some_and(header)
            || name == b"GLOBALS" && index.is_some_and(is_superglobal)
            || by_name && text.is_some_and(|text| is_superglobal(text));
        (if input { INPUT | DIRECT } else { self.lookup(&key) }, next)
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

    fn names_address(&self, from: usize, end: usize) -> bool {
        (from..end).any(|at| match self.kind(at) {
            Some(Kind::Text(text)) => [&b"http://"[..], b"https://", b"ftp://"].iter().any(|way| text.starts_with(way)),
            _ => false,
        })
    }

    /// The string that these tokens make, when it is a known one: strings with dots between.
    fn text(&mut self, from: usize, end: usize) -> Option<Vec<u8>> {
        let mut made = Vec::new();
        for at in from..end {
            if !self.step() {
                return None;
            }
            match self.kind(at)? {
                Kind::Text(text) => made.extend_from_slice(text),
                Kind::Variable(name) => made.extend_from_slice(self.scopes.last()?.texts.get(name)?),
                Kind::Mark(b'.' | b'(' | b')') => (),
                _ => return None,
            }
            if made.len() >= MAX_TEXT {
                return None;
            }
        }
        (!made.is_empty()).then_some(made)
    }

    /// `$f(...)`: by the string that it holds, or by what a request says.
    fn call_by_variable(&mut self, at: usize, name: &'a [u8], open: usize) {
        let known = self.scopes.last().and_then(|scope| scope.texts.get(name)).map(|text| text.to_ascii_lowercase());
        if let Some(function) = known {
            self.known_call(at, &function, open);
            return;
        }
        let (callee, _) = self.value(at, name);
        let close = self.closing(open);
        let arguments = self.taint(open + 1, close, false);
        let chosen = callee & DIRECT != 0 || callee & DECODED != 0 || callee & INPUT != 0 && arguments & DIRECT != 0;
        if chosen && arguments & INPUT != 0 {
            self.found(at, Does::RunsInput);
        }
    }

    fn call(&mut self, at: usize, name: &'a [u8]) {
        let before = |back: usize| at.checked_sub(back).and_then(|at| self.kind(at));
        let method = matches!(before(1), Some(Kind::Mark(b'>' | b':')));
        let defined = before(1) == Some(&Kind::Name(b"function".to_vec()));
        if defined {
            return;
        }
        if self.runs_arguments.contains(name) {
            let close = self.closing(at + 1);
            if self.taint(at + 2, close, false) & INPUT != 0 {
                self.found(at, Does::RunsInput);
            }
        }
        if !method {
            self.known_call(at, name, at + 1);
        }
    }

    fn known_call(&mut self, at: usize, name: &[u8], open: usize) {
        let close = self.closing(open);
        match role(name) {
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
            Role::CallsBack => self.calls_back(at, open, close),
            Role::Writes => {
                let path_end = self.end(open + 1);
                let both = self.taint(open + 1, path_end, false) & self.taint(path_end + 1, close, false);
                if both & DIRECT != 0 {
                    self.found(at, Does::WritesInput);
                }
            }
            Role::SetsVariables if self.taint(open + 1, close, false) & DIRECT != 0 => self.all_input = true,
            _ => (),
        }
    }

    /// A function is named by an argument: by a request with what the request brings, or one that runs what it is given.
    fn calls_back(&mut self, at: usize, open: usize, close: usize) {
        let arguments = self.taint(open + 1, close, false);
        if arguments & INPUT == 0 {
            return;
        }
        let first_end = self.end(open + 1);
        let second_end = self.end(first_end + 1);
        let named = [(open + 1, first_end), (first_end + 1, second_end)].into_iter().any(|(from, end)| {
            let text = self.text(from, end).map(|text| text.to_ascii_lowercase());
            text.is_some_and(|text| matches!(role(&text), Role::RunsCode | Role::RunsCommand | Role::Asserts))
        });
        let own = (open + 1..close).any(|at| self.name(at).is_some_and(|name| self.runs_arguments.contains(name)));
        let first = self.taint(open + 1, first_end, false);
        let rest = self.taint(first_end + 1, close, false);
        if named || own || (first & DIRECT != 0 && rest & DIRECT != 0) {
            self.found(at, Does::RunsInput);
        }
    }

    fn command(&mut self, at: usize, text: &[u8]) {
        let mut taint = 0;
        for variable in text.split(|b| *b == b'$').skip(1) {
            let end = variable.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_').unwrap_or(variable.len());
            let name = variable.get(..end).unwrap_or_default();
            taint |= if is_superglobal(name) { INPUT } else { self.lookup(name) };
        }
        self.runs(at, taint, true);
    }

    fn runs(&mut self, at: usize, taint: Taint, always: bool) {
        let does = match taint {
            taint if taint & INPUT != 0 => Does::RunsInput,
            taint if taint & FETCHED != 0 => Does::RunsFetched,
            taint if taint & DECODED != 0 => Does::RunsDecoded,
            _ if always => Does::Runs,
            _ => return,
        };
        self.found(at, does);
        if taint & ARGUMENT != 0 {
            let names = self.scopes.last().map(|scope| scope.function.clone()).unwrap_or_default();
            self.runs_arguments.extend(names);
        }
    }

    /// A comparison or a test stands there: an assertion, and no code.
    fn compares(&self, from: usize, end: usize) -> bool {
        (from..end).any(|at| match self.kind(at) {
            Some(Kind::Mark(mark)) => {
                b"<>!&|=".contains(mark) && !(*mark == b'>' && self.is_mark(at.wrapping_sub(1), b'-'))
            }
            Some(Kind::Name(name)) => name == b"instanceof" || matches!(role(name), Role::Cleans),
            _ => false,
        })
    }
}

/// Code in a string takes what a request brings.
fn names_superglobal(code: &[u8]) -> bool {
    [&b"$_GET["[..], b"$_POST[", b"$_REQUEST[", b"$_COOKIE["].iter().any(|name| code.contains_str(name))
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
