//! What a PHP script does with what a request brings: a light reading of how values flow to calls that run them.
//!
//! It follows assignments in order, one scope for each function, and looks into every call that runs code or commands.
//! It does not follow conditions: what stands behind `if (false)` counts like any other. The work is bounded by the
//! number of tokens, whatever the script.

mod calls;
mod functions;
mod names;
mod tokens;
mod values;
mod writes;

use bstr::ByteSlice;
use keeneye_facts::Does;
use names::{Role, role};
use std::collections::{BTreeMap, BTreeSet};
use tokens::{Kind, Token, tokens};

/// Bytes of a string that is followed: names of functions and short code.
const MAX_TEXT: usize = 4096;
/// Steps that one token is worth: honest scripts take two to ten.
const WORK: usize = 40;
/// Steps that the shortest script may take.
const LEAST_WORK: usize = 20_000;
/// Findings of one file.
const MAX_FOUND: usize = 50;

/// Where a value may come from, and what it is.
type Taint = u16;
const INPUT: Taint = 1;
const DECODED: Taint = 2;
const FETCHED: Taint = 4;
/// An argument of the function that is being read.
const ARGUMENT: Taint = 8;
/// A request's variable stands there by itself.
const DIRECT: Taint = 16;
/// The name of a function that runs what it is given.
const RUNNER: Taint = 32;
/// A known string was taken apart and is put together again.
const MADE: Taint = 64;
/// The script's own text is a part of it, so that nobody else chooses all of it.
const PART: Taint = 128;
/// It was put together, of whatever.
const JOINED: Taint = 256;

/// What the lines of a script do, and whether it was too much to read.
pub(super) fn read(bytes: &[u8]) -> (Vec<(u32, Does)>, bool) {
    let (tokens, cut) = tokens(bytes);
    let code = Code::of(&tokens);
    // Functions may be called before they are defined: the second time those that run their arguments are known.
    let mut reader = Reader::new(&code, Known::default());
    reader.pass();
    let mut again = Reader::new(&code, reader.known);
    again.pass();
    again.found.sort_unstable();
    again.found.dedup();
    (again.found, cut || again.work == 0)
}

/// A script, and what is known of each of its tokens by itself.
struct Code<'a> {
    tokens: &'a [Token],
    /// The index of the bracket that closes or opens what the bracket here opens or closes.
    partners: Vec<usize>,
    roles: Vec<Role>,
}

impl<'a> Code<'a> {
    fn of(tokens: &'a [Token]) -> Self {
        let mut partners = vec![tokens.len(); tokens.len()];
        let mut open = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Mark(b'(' | b'[' | b'{') => open.push(at),
                Kind::Mark(b')' | b']' | b'}') => {
                    let Some(from) = open.pop() else { continue };
                    for (one, other) in [(from, at), (at, from)] {
                        if let Some(partner) = partners.get_mut(one) {
                            *partner = other;
                        }
                    }
                }
                _ => (),
            }
        }
        let role_of = |token: &Token| match &token.kind {
            Kind::Name(name) => role(name),
            _ => Role::Unknown,
        };
        Self { tokens, partners, roles: tokens.iter().map(role_of).collect() }
    }
}

/// What was learned of the functions of a script.
#[derive(Default)]
struct Known {
    /// Functions, classes and closures that run what they are given.
    run_arguments: BTreeSet<Vec<u8>>,
    /// Functions that give what a request brings.
    return_input: BTreeSet<Vec<u8>>,
    /// Constants, by their names in lower case: the string, where it is known, and where it comes from.
    constants: BTreeMap<Vec<u8>, (Option<Vec<u8>>, Taint)>,
    /// It looks at names or kinds of files.
    looks_at_files: bool,
}

#[derive(Default)]
struct Scope {
    /// Depth of braces that it ends with.
    depth: usize,
    /// The token that it ends with, for functions without braces.
    until: Option<usize>,
    /// The variables around it are its own too.
    inherits: bool,
    taints: BTreeMap<Vec<u8>, Taint>,
    /// Variables that hold one known string.
    texts: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Names of the function and its class.
    function: Vec<Vec<u8>>,
}

struct Reader<'a> {
    code: &'a Code<'a>,
    scopes: Vec<Scope>,
    depth: usize,
    /// A function whose body has not begun.
    pending: Option<Scope>,
    class: Vec<u8>,
    /// Every variable may have been set by a request: `extract($_POST)`.
    all_input: bool,
    known: Known,
    found: Vec<(u32, Does)>,
    work: usize,
}

impl<'a> Reader<'a> {
    fn new(code: &'a Code<'a>, known: Known) -> Self {
        Self {
            code,
            scopes: vec![Scope::default()],
            depth: 0,
            pending: None,
            class: Vec::new(),
            all_input: false,
            known,
            found: Vec::new(),
            work: code.tokens.len().saturating_mul(WORK).saturating_add(LEAST_WORK),
        }
    }

    fn kind(&self, at: usize) -> Option<&'a Kind> {
        self.code.tokens.get(at).map(|token| &token.kind)
    }
    fn is_mark(&self, at: usize, mark: u8) -> bool {
        self.kind(at) == Some(&Kind::Mark(mark))
    }
    /// The mark stands so many tokens before.
    fn is_mark_before(&self, at: usize, back: usize, mark: u8) -> bool {
        at.checked_sub(back).is_some_and(|at| self.is_mark(at, mark))
    }
    fn name(&self, at: usize) -> Option<&'a [u8]> {
        match self.kind(at)? {
            Kind::Name(name) => Some(name),
            _ => None,
        }
    }
    fn name_before(&self, at: usize) -> Option<&'a [u8]> {
        self.name(at.checked_sub(1)?)
    }
    fn role(&self, at: usize) -> Role {
        self.code.roles.get(at).copied().unwrap_or(Role::Unknown)
    }
    fn found(&mut self, at: usize, does: Does) {
        if self.found.len() < MAX_FOUND {
            self.found.push((self.code.tokens.get(at).map_or(0, |token| token.line), does));
        }
    }
    fn step(&mut self) -> bool {
        self.work = self.work.saturating_sub(1);
        self.work > 0
    }
    /// The index of the bracket that belongs to the one here; the end of the script when there is none.
    fn partner(&self, at: usize) -> usize {
        self.code.partners.get(at).copied().unwrap_or(self.code.tokens.len())
    }

    /// Where the expression ends that begins here.
    fn end(&mut self, from: usize) -> usize {
        let mut at = from;
        while let Some(kind) = self.kind(at).filter(|_| self.work > 0) {
            self.step();
            match kind {
                Kind::Mark(b'(' | b'[' | b'{') => at = self.partner(at),
                Kind::Mark(b')' | b']' | b'}' | b',' | b';') => return at,
                _ => (),
            }
            at += 1;
        }
        at.min(self.code.tokens.len())
    }

    fn pass(&mut self) {
        let mut at = 0;
        while at < self.code.tokens.len() && self.step() {
            self.leave(at);
            match self.kind(at) {
                Some(Kind::Mark(mark)) => self.mark(at, *mark),
                Some(Kind::Variable(name)) => self.variable(at, name),
                Some(Kind::Command(text)) => self.command(at, text),
                Some(Kind::Name(name)) => self.word(at, name),
                // `'system'($x)`
                Some(Kind::Text(text)) if self.is_mark(at + 1, b'(') => {
                    self.known_call(at, &text.to_ascii_lowercase(), at + 1)
                }
                _ => (),
            }
            at += 1;
        }
    }

    /// Functions without braces end with their expression.
    fn leave(&mut self, at: usize) {
        while self.scopes.len() > 1 && self.scopes.last().is_some_and(|scope| scope.until.is_some_and(|end| end <= at))
        {
            self.scopes.pop();
        }
    }

    fn mark(&mut self, at: usize, mark: u8) {
        match mark {
            b'{' => {
                self.depth += 1;
                if let Some(mut scope) = self.pending.take() {
                    scope.depth = self.depth;
                    self.scopes.push(scope);
                }
            }
            b'}' => {
                let ends = |scope: &Scope| scope.until.is_none() && scope.depth == self.depth;
                if self.scopes.len() > 1 && self.scopes.last().is_some_and(ends) {
                    self.scopes.pop();
                }
                self.depth = self.depth.saturating_sub(1);
                self.expression_call(at);
            }
            b')' | b']' => self.expression_call(at),
            b'[' => self.list(at),
            b';' => self.pending = None,
            _ => (),
        }
    }

    fn word(&mut self, at: usize, name: &'a [u8]) {
        match name {
            b"function" => self.function(at),
            b"fn" => self.arrow_function(at),
            b"class" => {
                let named = self.name(at + 1).filter(|name| !matches!(*name, b"extends" | b"implements"));
                self.class = named.unwrap_or(b"class").to_vec();
                // `new class($x) { ... }`
                if self.is_mark(at + 1, b'(') {
                    self.call(at, name);
                }
            }
            b"foreach" => self.foreach(at),
            b"return" => self.returns(at),
            b"const" => self.constants(at),
            b"list" => self.list(at + 1),
            b"include" | b"include_once" | b"require" | b"require_once" => self.include(at),
            _ if self.is_mark(at + 1, b'(') => self.call(at, name),
            _ => (),
        }
    }

    /// `foreach ($_POST as $name => $value)`
    fn foreach(&mut self, at: usize) {
        let close = self.partner(at + 1);
        let mut word = at + 1;
        while word < close && self.name(word) != Some(b"as") {
            if !self.step() {
                return;
            }
            word += 1;
        }
        let taint = self.taint(at + 2, word, false);
        self.set_all(word, close, taint);
    }

    /// `[$a, $b] = ...`, `list($a, $b) = ...`
    fn list(&mut self, at: usize) {
        let close = self.partner(at);
        let sets = self.is_mark(close + 1, b'=') && !self.is_mark(close + 2, b'=') && !self.is_mark(close + 2, b'>');
        // `$a[1] = ...`
        let is_index =
            matches!(at.checked_sub(1).and_then(|at| self.kind(at)), Some(Kind::Variable(_) | Kind::Mark(b']')));
        if sets && !is_index {
            let end = self.end(close + 2);
            let taint = self.taint(close + 2, end, false);
            self.set_all(at, close, taint);
        }
    }

    fn set_all(&mut self, from: usize, end: usize, taint: Taint) {
        for inside in from..end {
            if !self.step() {
                return;
            }
            if let Some(Kind::Variable(variable)) = self.kind(inside) {
                self.set(variable, taint, false);
            }
        }
    }

    /// An assignment, or a call by a variable.
    fn variable(&mut self, at: usize, name: &'a [u8]) {
        let (key, next, part) = self.place(at, name);
        if self.is_mark(next, b'(') {
            self.call_by_variable(at, name, next);
            return;
        }
        let (appends, from) = match [0, 1, 2].map(|more| self.kind(next + more)) {
            [Some(Kind::Mark(b'.')), Some(Kind::Mark(b'=')), _] => (true, next + 2),
            [Some(Kind::Mark(b'?')), Some(Kind::Mark(b'?')), Some(Kind::Mark(b'='))] => (false, next + 3),
            [Some(Kind::Mark(b'=')), Some(Kind::Mark(b'=' | b'>')), _] => return,
            [Some(Kind::Mark(b'=')), ..] => (false, next + 1),
            _ => return,
        };
        let end = self.end(from);
        let mut taint = self.taint(from, end, false);
        if taint & INPUT != 0 && (appends || !self.is_sole(from, end)) {
            taint |= JOINED;
        }
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

    /// The variable or property that begins here, the index behind it, and whether only a part of it is meant.
    fn place(&mut self, at: usize, name: &[u8]) -> (Vec<u8>, usize, bool) {
        let (mut next, mut key, mut part) = (at + 1, name.to_vec(), false);
        while self.step() {
            if self.is_mark(next, b'[') || (self.is_mark(next, b'{') && self.is_mark(next + 2, b'}')) {
                next = self.partner(next).saturating_add(1);
                part = true;
            } else if self.is_mark(next, b'-') && self.is_mark(next + 1, b'>') && !self.is_mark(next + 3, b'(') {
                key.extend_from_slice(b"->");
                key.extend_from_slice(self.name(next + 2).unwrap_or_default());
                next += 3;
            } else {
                break;
            }
        }
        (key, next, part)
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

    fn lookup(&mut self, key: &[u8]) -> Taint {
        let unknown = if self.all_input { INPUT } else { 0 };
        if key.contains_str("->") {
            return self.scopes.first().and_then(|scope| scope.taints.get(key)).copied().unwrap_or(unknown);
        }
        let mut steps = 0;
        let mut found = None;
        for scope in self.scopes.iter().rev() {
            steps += 1;
            found = scope.taints.get(key).copied();
            if found.is_some() || !scope.inherits || steps >= self.work {
                break;
            }
        }
        self.work = self.work.saturating_sub(steps);
        found.unwrap_or(unknown)
    }

    /// The string that a variable is known to hold.
    fn known_text(&self, name: &[u8]) -> Option<&Vec<u8>> {
        self.scopes.last()?.texts.get(name)
    }

    fn command(&mut self, at: usize, text: &[u8]) {
        let mut taint = 0;
        for variable in text.split(|b| *b == b'$').skip(1) {
            let end = variable.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_').unwrap_or(variable.len());
            let name = variable.get(..end).unwrap_or_default();
            taint |= if names::is_superglobal(name) { INPUT } else { self.lookup(name) };
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
            self.runs_its_arguments();
        }
    }

    /// The function that is being read, and those around it that lend it their variables.
    fn runs_its_arguments(&mut self) {
        for scope in self.scopes.iter().rev() {
            self.known.run_arguments.extend(scope.function.iter().cloned());
            if !scope.inherits {
                break;
            }
        }
    }
}

/// Code in a string takes what a request brings.
fn names_superglobal(code: &[u8]) -> bool {
    [&b"$_GET["[..], b"$_POST[", b"$_REQUEST[", b"$_COOKIE["].iter().any(|name| code.contains_str(name))
}
