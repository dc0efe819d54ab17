//! Functions of a script: what they are called, and what they are given where they are defined.

use super::names::Role;
use super::tokens::Kind;
use super::{ARGUMENT, DIRECT, INPUT, Reader, Scope, Taint};

impl<'a> Reader<'a> {
    /// `function name($a, $b) use ($c)`.
    pub(super) fn function(&mut self, at: usize) {
        let name_at = if self.is_mark(at + 1, b'&') { at + 2 } else { at + 1 };
        let name = self.name(name_at);
        let open = if name.is_some() { name_at + 1 } else { name_at };
        // `use function strlen;`
        if !self.is_mark(open, b'(') {
            return;
        }
        let mut scope = Scope { function: self.function_names(at, name), ..Scope::default() };
        let close = self.partner(open);
        let given = match name {
            Some(_) => 0,
            None => self.body_end(close).map_or(0, |end| self.given_at_once(end)),
        };
        self.parameters(&mut scope, open, close, ARGUMENT | given);
        if self.name(close + 1) == Some(b"use") {
            for inside in close + 2..self.partner(close + 2) {
                if !self.step() {
                    return;
                }
                if let Some(Kind::Variable(variable)) = self.kind(inside) {
                    let taint = self.lookup(variable);
                    if let Some(text) = self.known_text(variable).cloned() {
                        scope.texts.insert(variable.clone(), text);
                    }
                    scope.taints.insert(variable.clone(), taint);
                }
            }
        }
        self.pending = Some(scope);
    }

    /// `fn($a) => ...`
    pub(super) fn arrow_function(&mut self, at: usize) {
        let open = if self.is_mark(at + 1, b'&') { at + 2 } else { at + 1 };
        if !self.is_mark(open, b'(') {
            return;
        }
        let close = self.partner(open);
        // A type of what it gives may stand before the arrow: `: ?string`.
        let arrow = (close..close.saturating_add(6)).find(|at| self.is_mark(*at, b'=') && self.is_mark(*at + 1, b'>'));
        let Some(arrow) = arrow else { return };
        let until = self.end(arrow + 2);
        let function = self.function_names(at, None);
        let mut scope = Scope { function, inherits: true, until: Some(until), ..Scope::default() };
        let given = self.given_at_once(until.saturating_sub(1));
        self.parameters(&mut scope, open, close, ARGUMENT | given);
        self.scopes.push(scope);
    }

    fn parameters(&mut self, scope: &mut Scope, open: usize, close: usize, taint: Taint) {
        for inside in open..close {
            if !self.step() {
                return;
            }
            if let Some(Kind::Variable(argument)) = self.kind(inside) {
                scope.taints.insert(argument.clone(), taint);
            }
        }
    }

    /// Its name and that of its class; of one without a name the variable that it is given to, and where it stands.
    fn function_names(&self, at: usize, name: Option<&[u8]>) -> Vec<Vec<u8>> {
        let Some(name) = name else {
            let from = if self.name_before(at) == Some(b"static") { at - 1 } else { at };
            let variable = from.checked_sub(2).and_then(|at| self.kind(at));
            let mut names = vec![format!("#{at}").into_bytes()];
            if let (Some(Kind::Variable(variable)), true) = (variable, self.is_mark_before(from, 1, b'=')) {
                names.push([b"$", variable.as_slice()].concat());
            }
            return names;
        };
        let mut names = vec![name.to_vec()];
        if name.starts_with(b"__") && !self.class.is_empty() {
            names.push(self.class.clone());
        }
        names
    }

    /// The brace that ends the body behind a head that ends here.
    pub(super) fn body_end(&mut self, close: usize) -> Option<usize> {
        let mut at = close + 1;
        while self.step() {
            match self.kind(at)? {
                Kind::Mark(b'{') => return Some(self.partner(at)),
                Kind::Mark(b'(') => at = self.partner(at),
                Kind::Mark(b';' | b')' | b'}') => return None,
                _ => (),
            }
            at += 1;
        }
        None
    }

    /// Where what is given to a function comes from that is called where it is written: `(function ($a) {...})($_GET)`.
    fn given_at_once(&mut self, end: usize) -> Taint {
        if !self.is_mark(end + 1, b')') {
            return 0;
        }
        let method = self.is_mark(end + 2, b'-') && self.is_mark(end + 3, b'>') && self.role(end + 4) == Role::Invokes;
        let open = if method { end + 5 } else { end + 2 };
        if !self.is_mark(open, b'(') {
            return 0;
        }
        let close = self.partner(open);
        self.taint(open + 1, close, false) & !DIRECT
    }

    /// `return ...;`: the function gives what a request brings.
    pub(super) fn returns(&mut self, at: usize) {
        let names = self.scopes.last().map(|scope| scope.function.clone()).unwrap_or_default();
        if names.is_empty() {
            return;
        }
        let end = self.end(at + 1);
        if self.taint(at + 1, end, true) & INPUT != 0 {
            self.known.return_input.extend(names);
        }
    }

    /// `const A = 'x', B = 'y';`
    pub(super) fn constants(&mut self, at: usize) {
        let mut at = at + 1;
        while let Some(name) = self.name(at).filter(|_| self.is_mark(at + 1, b'=')) {
            let end = self.end(at + 2);
            self.define(name, at + 2, end);
            at = end + 1;
            if !self.is_mark(end, b',') || !self.step() {
                return;
            }
        }
    }

    pub(super) fn define(&mut self, name: &[u8], from: usize, end: usize) {
        let text = self.text(from, end);
        let taint = self.taint(from, end, false) & !DIRECT;
        self.known.constants.insert(name.to_vec(), (text, taint));
    }

    /// Called by itself, as a method of the script's own class, or made: not a method of something else.
    pub(super) fn is_own(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).and_then(|at| self.kind(at));
        match before(1) {
            Some(Kind::Mark(b'>')) => matches!(before(3), Some(Kind::Variable(name)) if name == b"this"),
            Some(Kind::Mark(b':')) => {
                matches!(before(3), Some(Kind::Name(name)) if matches!(name.as_slice(), b"self" | b"static"))
            }
            _ => true,
        }
    }
}
