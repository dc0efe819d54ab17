//! PHP, cut into tokens: what stands between `<?php` and `?>`, without comments.

use bstr::ByteSlice;

/// Tokens of the beginning of a file, and of its end where that is all that is left to read.
const MAX_TOKENS: usize = 300_000;
const MAX_LAST_TOKENS: usize = 70_000;
/// Bytes of its beginning, and of its end: what is put into a site's own script stands in front of it or behind it.
const MAX_FIRST: usize = 2 << 20;
const MAX_LAST: usize = 64 << 10;

/// A token and its line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) line: u32,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `$name`, without the sign.
    Variable(Vec<u8>),
    /// A name, in lower case, without a leading backslash.
    Name(Vec<u8>),
    /// A string with escapes resolved; variables in it stand before it as tokens of their own.
    Text(Vec<u8>),
    /// A command in backticks.
    Command(Vec<u8>),
    /// A number.
    Number(Vec<u8>),
    /// Any other character.
    Mark(u8),
}

/// All tokens, and whether there were more.
pub(super) fn tokens(bytes: &[u8]) -> (Vec<Token>, bool) {
    let (first, behind) = bytes.split_at_checked(MAX_FIRST).unwrap_or((bytes, b""));
    let mut lexer = Lexer { rest: first, line: 1, tokens: Vec::new(), most: MAX_TOKENS };
    lexer.pages();
    if behind.is_empty() && lexer.rest.is_empty() {
        return (lexer.tokens, false);
    }
    let read = first.len() - lexer.rest.len();
    let last = bytes.len().saturating_sub(MAX_LAST).max(read);
    let between = bytes.get(read..last).unwrap_or_default();
    lexer.rest = between;
    lexer.skip(between.len());
    lexer.rest = bytes.get(last..).unwrap_or_default();
    lexer.most = lexer.tokens.len() + MAX_LAST_TOKENS;
    lexer.last();
    (lexer.tokens, !between.is_empty() || !lexer.rest.is_empty())
}

struct Lexer<'a> {
    rest: &'a [u8],
    line: u32,
    tokens: Vec<Token>,
    most: usize,
}

impl<'a> Lexer<'a> {
    fn skip(&mut self, count: usize) -> &'a [u8] {
        let (skipped, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, b""));
        self.rest = rest;
        let lines = skipped.iter().filter(|b| **b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        skipped
    }
    fn push(&mut self, line: u32, kind: Kind) {
        if self.tokens.len() < self.most {
            self.tokens.push(Token { line, kind });
        }
    }
    fn pages(&mut self) {
        while self.tokens.len() < self.most && self.page() {
            while self.tokens.len() < self.most && self.code() {}
        }
    }
    /// The end of a file whose middle is left out: a page, or the end of the code when no code begins there.
    fn last(&mut self) {
        let line = self.line;
        self.push(line, Kind::Mark(b';'));
        if !self.rest.contains_str("<?") {
            while self.tokens.len() < self.most && self.code() {}
        }
        self.pages();
    }

    /// Skips what is no code; false at the end.
    fn page(&mut self) -> bool {
        let Some(at) = self.rest.find(b"<?") else {
            self.rest = b"";
            return false;
        };
        self.skip(at + 2);
        let xml = self.rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"xml"));
        if xml {
            return self.page_again();
        }
        if self.rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"php")) {
            self.skip(3);
        }
        self.rest = self.rest.strip_prefix(b"=").unwrap_or(self.rest);
        true
    }
    fn page_again(&mut self) -> bool {
        while let Some(at) = self.rest.find(b"<?") {
            let next = self.rest.get(at + 2..).unwrap_or_default();
            if !next.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"xml")) {
                return self.page();
            }
            self.skip(at + 2);
        }
        self.rest = b"";
        false
    }

    /// One token; false at the end of the code.
    fn code(&mut self) -> bool {
        let blank = self.rest.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(self.rest.len());
        self.skip(blank);
        let line = self.line;
        match self.rest {
            [] => return false,
            [b'?', b'>', ..] => {
                self.skip(2);
                self.push(line, Kind::Mark(b';'));
                return false;
            }
            [b'/', b'/', ..] => self.line_comment(),
            [b'#', next, ..] if *next != b'[' => self.line_comment(),
            [b'/', b'*', ..] => {
                let end = self.rest.find(b"*/").map_or(self.rest.len(), |at| at + 2);
                self.skip(end);
            }
            [b'<', b'<', b'<', ..] => self.heredoc(),
            [b'$', first, ..] if is_name(*first) => {
                self.skip(1);
                let name = self.name();
                self.push(line, Kind::Variable(name.to_vec()));
            }
            [quote @ (b'\'' | b'"' | b'`'), ..] => self.quoted(*quote),
            [first, ..] if first.is_ascii_digit() => {
                let number = self.name();
                self.push(line, Kind::Number(number.to_vec()));
            }
            [first, ..] if is_name(*first) => {
                let name = self.name().to_ascii_lowercase();
                self.push(line, Kind::Name(name));
            }
            [b'\\', next, ..] if is_name(*next) => drop(self.skip(1)),
            [first, ..] => {
                let mark = *first;
                self.skip(1);
                self.push(line, Kind::Mark(mark));
            }
        }
        true
    }

    fn name(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|b| !is_name(*b)).unwrap_or(self.rest.len());
        self.skip(end)
    }

    /// Ends with the line, or before `?>`.
    fn line_comment(&mut self) {
        let ends = |(at, byte): (usize, &u8)| match byte {
            b'\n' => true,
            b'?' => self.rest.get(at + 1) == Some(&b'>'),
            _ => false,
        };
        let end = self.rest.iter().enumerate().position(ends).unwrap_or(self.rest.len());
        self.skip(end);
    }

    fn heredoc(&mut self) {
        let line = self.line;
        self.skip(3);
        let end = self.rest.find_byte(b'\n').unwrap_or(self.rest.len());
        let label = self.skip(end).trim_ascii().trim_with(|c| c == '"' || c == '\'').to_vec();
        let mut length = 0;
        for text in self.rest.lines_with_terminator() {
            if !label.is_empty() && text.trim_ascii_start().starts_with(&label) {
                break;
            }
            length += text.len();
        }
        let text = self.skip(length);
        let label = self.rest.find(&label).filter(|_| !label.is_empty()).map_or(0, |at| at + label.len());
        self.skip(label);
        self.variables(line, text);
        self.push(line, Kind::Text(text.to_vec()));
    }

    fn quoted(&mut self, quote: u8) {
        let line = self.line;
        self.skip(1);
        let mut end = 0;
        while let Some(byte) = self.rest.get(end).filter(|byte| **byte != quote) {
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        let text = self.skip(end);
        self.skip(1);
        if quote != b'\'' {
            self.variables(line, text);
        }
        self.push(
            line,
            match quote {
                b'`' => Kind::Command(text.to_vec()),
                b'"' => Kind::Text(unescape(text)),
                _ => Kind::Text(text.to_vec()),
            },
        );
    }

    /// Variables that a string is made with.
    fn variables(&mut self, line: u32, text: &[u8]) {
        let mut rest = text;
        while let Some(at) = rest.find_byteset(b"\\$") {
            let escaped = rest.get(at) == Some(&b'\\');
            rest = rest.get(at + 1..).unwrap_or_default();
            if escaped {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let end = rest.iter().position(|b| !is_name(*b)).unwrap_or(rest.len());
            if let Some(name) = rest.get(..end).filter(|name| !name.is_empty()) {
                self.push(line, Kind::Variable(name.to_vec()));
            }
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// `\x65` and `\145`; what else a backslash makes is of no matter here.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let (base, digits) = match more {
            [b'x' | b'X', digits @ ..] => (16, digits),
            digits => (8, digits),
        };
        let most = if base == 16 { 2 } else { 3 };
        let count = digits.iter().take(most).take_while(|b| char::from(**b).is_digit(base)).count();
        let value = digits.get(..count).and_then(|d| u32::from_str_radix(d.to_str().ok()?, base).ok());
        match value.and_then(|value| u8::try_from(value & 0xff).ok()) {
            Some(value) => {
                bytes.push(value);
                rest = digits.get(count..).unwrap_or_default();
            }
            None => bytes.push(b'\\'),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        tokens(text.as_bytes()).0.into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn code_is_told_from_the_page() {
        assert_eq!(kinds("eval <b>$x</b>"), []);
        assert_eq!(kinds("<?xml version='1'?><p>$x</p>"), []);
        assert_eq!(
            kinds("a<?= $x ?>b<? Y"),
            [Kind::Variable(b"x".to_vec()), Kind::Mark(b';'), Kind::Name(b"y".to_vec()),]
        );
        assert_eq!(kinds("<?php // eval ?>x<?php # y\n/* z */ 'a' #[b]").len(), 6);
    }
    #[test]
    fn strings() {
        assert_eq!(kinds(r#"<?php "\x65\166a\154""#), [Kind::Text(b"eval".to_vec())]);
        assert_eq!(kinds("<?php `ls $d`"), [Kind::Variable(b"d".to_vec()), Kind::Command(b"ls $d".to_vec())]);
        assert_eq!(
            kinds("<?php <<<X\na $b\nX;"),
            [Kind::Variable(b"b".to_vec()), Kind::Text(b"\na $b\n".to_vec()), Kind::Mark(b';'),]
        );
        assert_eq!(kinds(r#"<?php "\$a""#).len(), 1);
        assert_eq!(kinds(r"<?php 'a\'b'"), [Kind::Text(br"a\'b".to_vec())]);
    }
    #[test]
    fn lines_are_counted() {
        let (tokens, cut) = tokens(b"x\n<?php\n/* \n */ a\n'b\n' c");
        assert_eq!(tokens.iter().map(|token| token.line).collect::<Vec<_>>(), [4, 5, 6]);
        assert!(!cut);
    }
}
