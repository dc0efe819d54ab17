//! Words and operators of a shell's command line (sh(1), bash(1) QUOTING).

use super::Inside;

/// A word with its quotes removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: Vec<u8>,
    /// Commands that stand in it.
    pub(super) nested: Vec<(Inside, Vec<u8>)>,
    /// A part of it was quoted, so it is no reserved word.
    pub(super) quoted: bool,
    /// Variables whose value is a part of it, in their order.
    pub(super) uses: Vec<Use>,
}

/// `$NAME`, `${NAME}`, `${NAME[@]}` in a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) name: Vec<u8>,
    /// Where it stands in the text of the word.
    pub(super) at: std::ops::Range<usize>,
    /// Inside double quotes, where the value stays one word.
    pub(super) quoted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    Redirect {
        operator: Vec<u8>,
        target: Word,
    },
    /// The body of a here-document that the command before the line break reads.
    Here(Vec<u8>),
    /// `;` `&` `&&` `||` `|` `|&` `(` `)` or a line break.
    Operator(&'static [u8]),
}

/// Longest first.
const OPERATORS: [&[u8]; 12] = [b";;&", b"&&", b"||", b"|&", b";;", b";&", b";", b"&", b"|", b"(", b")", b"\n"];
const REDIRECTS: [&[u8]; 12] = [b"&>>", b"<<<", b"<<-", b"&>", b">>", b">&", b">|", b"<&", b"<>", b"<<", b">", b"<"];

pub(super) struct Lexer<'a> {
    rest: &'a [u8],
    /// Ends of here-documents that were begun on this line.
    here: Vec<Vec<u8>>,
    /// A body that was read with the line break that stands before it.
    body: Option<Vec<u8>>,
    line_ended: bool,
    /// Inside `((...))`, where `<<` shifts.
    arithmetic: bool,
    /// A here-document never ended: what looks like one is none.
    no_here: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { rest: text, here: Vec::new(), body: None, line_ended: false, arithmetic: false, no_here: false }
    }
    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }
    fn blanks(&mut self) {
        loop {
            match self.rest {
                [b' ' | b'\t' | b'\r', ..] => self.skip(1),
                [b'\\', b'\n', ..] => self.skip(2),
                [b'\\', b'\r', b'\n', ..] => self.skip(3),
                [b'#', ..] => {
                    let end = self.rest.iter().position(|b| *b == b'\n').unwrap_or(self.rest.len());
                    self.skip(end);
                }
                _ => return,
            }
        }
    }
    /// `2>` and its like, with the descriptor before it.
    fn redirect(&mut self) -> Option<Vec<u8>> {
        let digits = self.rest.iter().take(3).take_while(|b| b.is_ascii_digit()).count();
        let behind = self.rest.get(digits..)?;
        let is_process = behind.starts_with(b"<(") || behind.starts_with(b">(");
        let operator = REDIRECTS.into_iter().find(|operator| behind.starts_with(operator)).filter(|_| !is_process)?;
        let whole = self.rest.get(..digits + operator.len())?.to_vec();
        self.skip(whole.len());
        Some(whole)
    }
    fn word(&mut self) -> Word {
        let mut word = Word::default();
        while let Some(byte) = self.rest.first() {
            match (byte, self.rest.get(1)) {
                (b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b')', _) => break,
                (b'<' | b'>', Some(b'(')) => self.nested(&mut word, 2, Inside::Process),
                (b'<' | b'>' | b'(', _) => break,
                (b'\'', _) => self.single(&mut word),
                (b'"', _) => self.double(&mut word),
                (b'$', Some(b'\'')) => self.escaped(&mut word),
                (b'$', Some(b'"')) => self.skip(1),
                _ => self.byte(&mut word, false),
            }
        }
        word
    }
    /// What means the same inside double quotes and outside.
    fn byte(&mut self, word: &mut Word, quoted: bool) {
        match self.rest {
            [b'$', b'(', b'(', ..] => self.raw(word, 2, b')'),
            [b'$', b'(', ..] => self.nested(word, 2, Inside::Substitution),
            [b'$', b'{', ..] => {
                let at = word.text.len();
                self.raw(word, 1, b'}');
                let name = word.text.get(at + 2..).and_then(|rest| rest.strip_suffix(b"}")).unwrap_or_default();
                let plain = name.strip_suffix(b"[@]").or_else(|| name.strip_suffix(b"[*]")).unwrap_or(name);
                // The elements of an array are words of their own, also inside quotes.
                let quoted = quoted && !name.ends_with(b"[@]");
                if name_length(plain) == plain.len() {
                    word.uses.push(Use { name: plain.to_vec(), at: at..word.text.len(), quoted });
                }
            }
            [b'$', rest @ ..] if name_length(rest) > 0 => {
                let (at, length) = (word.text.len(), name_length(rest));
                let name = rest.get(..length).unwrap_or_default();
                word.text.push(b'$');
                word.text.extend_from_slice(name);
                word.uses.push(Use { name: name.to_vec(), at: at..word.text.len(), quoted });
                self.skip(1 + length);
            }
            [b'`', ..] => self.backticks(word),
            [b'\\', b'\n', ..] => self.skip(2),
            [b'\\', byte, ..] => {
                word.text.push(*byte);
                word.quoted = true;
                self.skip(2);
            }
            [byte, ..] => {
                word.text.push(*byte);
                self.skip(1);
            }
            [] => (),
        }
    }
    /// Takes everything up to the closing byte as it is.
    fn raw(&mut self, word: &mut Word, from: usize, close: u8) {
        let end = self.rest.iter().skip(from).position(|b| *b == close).map_or(self.rest.len(), |at| from + at + 1);
        let taken = self.rest.get(..end).unwrap_or_default();
        word.text.extend(taken);
        // `${x:-$(command)}` runs it.
        if let Some(inner) = taken.windows(2).position(|two| two == b"$(").and_then(|at| taken.get(at + 2..)) {
            word.nested.push((Inside::Substitution, inner.get(..closing(inner)).unwrap_or_default().to_vec()));
        }
        self.skip(end);
    }
    fn single(&mut self, word: &mut Word) {
        let inner = self.rest.get(1..).unwrap_or_default();
        let end = inner.iter().position(|b| *b == b'\'').unwrap_or(inner.len());
        word.text.extend(inner.get(..end).unwrap_or_default());
        word.quoted = true;
        self.skip(end + 2);
    }
    fn double(&mut self, word: &mut Word) {
        word.quoted = true;
        self.skip(1);
        loop {
            match self.rest {
                [] => return,
                [b'"', ..] => return self.skip(1),
                // Inside double quotes a backslash stays before most bytes.
                [b'\\', byte, ..] if !b"$`\"\\\n".contains(byte) => {
                    word.text.extend([b'\\', *byte]);
                    self.skip(2);
                }
                _ => self.byte(word, true),
            }
        }
    }
    /// `$'...'`: escapes of C.
    fn escaped(&mut self, word: &mut Word) {
        word.quoted = true;
        self.skip(2);
        loop {
            match self.rest {
                [] => return,
                [b'\'', ..] => return self.skip(1),
                [b'\\', ..] => {
                    let (byte, length) = escape(self.rest);
                    word.text.push(byte);
                    self.skip(length);
                }
                [byte, ..] => {
                    word.text.push(*byte);
                    self.skip(1);
                }
            }
        }
    }
    /// `$(...)`, `<(...)`: up to the parenthesis that closes it, or to the end.
    fn nested(&mut self, word: &mut Word, open: usize, how: Inside) {
        let inner = self.rest.get(open..).unwrap_or_default();
        let end = closing(inner);
        let code = inner.get(..end).unwrap_or_default();
        word.text.extend(self.rest.get(..open).unwrap_or_default());
        word.text.extend(code);
        word.text.push(b')');
        word.nested.push((how, code.to_vec()));
        self.skip(open + end + 1);
    }
    fn backticks(&mut self, word: &mut Word) {
        self.skip(1);
        let mut code = Vec::new();
        loop {
            match self.rest {
                [] => break,
                [b'`', ..] => {
                    self.skip(1);
                    break;
                }
                [b'\\', byte @ (b'`' | b'\\' | b'$'), ..] => {
                    code.push(*byte);
                    self.skip(2);
                }
                [byte, ..] => {
                    code.push(*byte);
                    self.skip(1);
                }
            }
        }
        word.text.extend([&b"`"[..], &code, b"`"].concat());
        word.nested.push((Inside::Substitution, code));
    }
    /// The bodies of the here-documents that were begun on the line that just ended.
    fn bodies(&mut self) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        let before = self.rest;
        for end in std::mem::take(&mut self.here) {
            let mut ended = false;
            while !self.rest.is_empty() {
                let length = self.rest.iter().position(|b| *b == b'\n').map_or(self.rest.len(), |at| at + 1);
                let line = self.rest.get(..length).unwrap_or_default();
                self.skip(length);
                if line.trim_ascii() == end {
                    ended = true;
                    break;
                }
                all.extend_from_slice(line);
            }
            // Whoever hides commands behind a beginning without an end shall not.
            if !ended {
                self.no_here = true;
                self.rest = before;
                return None;
            }
        }
        (!all.is_empty()).then_some(all)
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if std::mem::take(&mut self.line_ended) {
            return Some(Token::Operator(b"\n"));
        }
        self.blanks();
        if let Some(operator) = self.redirect() {
            self.blanks();
            let target = self.word();
            let begins = operator.ends_with(b"<<") || operator.ends_with(b"<<-");
            if begins && !self.arithmetic && !self.no_here {
                self.here.push(target.text.clone());
            }
            return Some(Token::Redirect { operator, target });
        }
        if self.rest.first() == Some(&b'\n') && !self.here.is_empty() {
            self.skip(1);
            self.body = self.bodies();
            self.line_ended = true;
            return self.body.take().map(Token::Here).or_else(|| self.next());
        }
        if self.rest.starts_with(b"((") {
            self.arithmetic = true;
        } else if self.rest.starts_with(b"))") {
            self.arithmetic = false;
        }
        if let Some(operator) = OPERATORS.into_iter().find(|operator| self.rest.starts_with(operator)) {
            self.skip(operator.len());
            return Some(Token::Operator(operator));
        }
        if self.rest.is_empty() {
            return None;
        }
        Some(Token::Word(self.word()))
    }
}

/// How long the name of a variable is that the text begins with.
fn name_length(text: &[u8]) -> usize {
    let length = text.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    if text.first().is_some_and(u8::is_ascii_digit) { 0 } else { length }
}

/// Where the parenthesis stands that closes what was opened before; the length when none does.
fn closing(text: &[u8]) -> usize {
    let (mut open, mut quote, mut at) = (1_usize, None, 0);
    while let Some(byte) = text.get(at) {
        match (quote, byte) {
            (Some(b'\''), b'\'') | (Some(b'"'), b'"') => quote = None,
            (Some(b'\''), _) => (),
            (_, b'\\') => at += 1,
            (Some(_), _) => (),
            (None, b'\'' | b'"') => quote = Some(*byte),
            (None, b'(') => open += 1,
            (None, b')') => {
                open -= 1;
                if open == 0 {
                    return at;
                }
            }
            _ => (),
        }
        at += 1;
    }
    text.len()
}

/// The byte that an escape stands for, and how long the escape is.
pub(super) fn escape(text: &[u8]) -> (u8, usize) {
    let number = |digits: &[u8], base: u32| {
        let text = std::str::from_utf8(digits).unwrap_or_default();
        u32::from_str_radix(text, base).ok().and_then(|n| u8::try_from(n & 0xff).ok()).unwrap_or(b'?')
    };
    let digits = |from: usize, most: usize, fits: fn(&u8) -> bool| {
        text.get(from..).unwrap_or_default().iter().take(most).take_while(|b| fits(b)).count()
    };
    match text.get(1) {
        Some(b'x') => {
            let count = digits(2, 2, u8::is_ascii_hexdigit);
            (number(text.get(2..2 + count).unwrap_or_default(), 16), 2 + count)
        }
        Some(b'0'..=b'7') => {
            let count = digits(1, 3, |b| matches!(b, b'0'..=b'7'));
            (number(text.get(1..=count).unwrap_or_default(), 8), 1 + count)
        }
        Some(b'n') => (b'\n', 2),
        Some(b't') => (b'\t', 2),
        Some(b'e') => (0x1b, 2),
        Some(byte) => (*byte, 2),
        None => (b'\\', 1),
    }
}
