//! The form of apt.conf(5): options in scopes, `A::B "value";` and `A { B "value"; "value of a list"; };`.

use bstr::ByteSlice;
use keeneye_facts::Text;

/// How deep scopes may lie in each other.
const MAX_DEPTH: usize = 32;
/// Options that are taken of one file.
pub(super) const MAX_OPTIONS: usize = 2_000;
/// The longest name of an option, scopes included.
const MAX_NAME: usize = 1024;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AptOption {
    /// The full name, in the letters of the file: `DPkg::Post-Invoke`.
    pub(super) name: Text,
    /// Without quotes.
    pub(super) value: Text,
    /// Line on which the value begins, from 1.
    pub(super) line: u32,
}

/// All values of a file, in its order. Directives such as `#clear` are passed over.
pub(super) fn options(text: &[u8]) -> Vec<AptOption> {
    let mut reader = Reader { rest: text, line: 1 };
    let mut found: Vec<AptOption> = Vec::new();
    let mut scopes: Vec<Text> = Vec::new();
    let (mut name, mut value): (Option<Text>, Option<(Text, u32)>) = (None, None);
    while let Some((token, line)) = reader.next() {
        match token {
            Token::Word(word) if name.is_none() => name = Some(Text::from(word)),
            Token::Word(word) | Token::Quoted(word) => value = Some((Text::from(word), line)),
            Token::Open => {
                let scope = full(&scopes, name.take().as_ref());
                value = None;
                if scopes.len() < MAX_DEPTH {
                    scopes.push(scope);
                }
            }
            Token::End | Token::Close => {
                if let Some((value, line)) = value.take() {
                    found.push(AptOption { name: full(&scopes, name.as_ref()), value, line });
                }
                name = None;
                if token == Token::Close {
                    scopes.pop();
                }
            }
        }
        if found.len() >= MAX_OPTIONS {
            break;
        }
    }
    found
}

/// The name of an option in the innermost scope, without the `::` that marks an element of a list.
fn full(scopes: &[Text], name: Option<&Text>) -> Text {
    let scope = scopes.last().map_or(&b""[..], |scope| scope.as_slice());
    let name = name.map_or(&b""[..], |name| name.as_slice());
    let name = name.trim_end_with(|c| c == ':');
    let between: &[u8] = if scope.is_empty() || name.is_empty() { b"" } else { b"::" };
    let mut full = [scope, between, name].concat();
    full.truncate(MAX_NAME);
    Text::from(full)
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a [u8]),
    Quoted(&'a [u8]),
    Open,
    Close,
    End,
}

struct Reader<'a> {
    rest: &'a [u8],
    line: u32,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(Token<'a>, u32)> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            let line = self.line;
            match first {
                b'{' => return self.single(rest, Token::Open),
                b'}' => return self.single(rest, Token::Close),
                b';' => return self.single(rest, Token::End),
                b'"' => {
                    let end = rest.find_byte(b'"').unwrap_or(rest.len());
                    let text = rest.get(..end).unwrap_or_default();
                    self.skip(end + 2);
                    return Some((Token::Quoted(text), line));
                }
                _ if self.rest.starts_with(b"/*") => {
                    let end = self.rest.find("*/").map_or(self.rest.len(), |end| end + 2);
                    self.skip(end);
                }
                b'#' => self.skip_line(),
                _ if self.rest.starts_with(b"//") => self.skip_line(),
                _ if first.is_ascii_whitespace() => self.skip(1),
                _ => {
                    let ends = |b: &u8| b.is_ascii_whitespace() || b"{};\"".contains(b);
                    let end = self.rest.iter().position(ends).unwrap_or(self.rest.len());
                    let word = self.rest.get(..end).unwrap_or_default();
                    let end = word.find("//").filter(|at| *at > 0).unwrap_or(end);
                    let word = word.get(..end).unwrap_or_default();
                    self.skip(end);
                    return Some((Token::Word(word), line));
                }
            }
        }
    }
    fn single(&mut self, rest: &'a [u8], token: Token<'a>) -> Option<(Token<'a>, u32)> {
        self.rest = rest;
        Some((token, self.line))
    }
    fn skip(&mut self, count: usize) {
        let (skipped, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, b""));
        let lines = skipped.iter().filter(|b| **b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.rest = rest;
    }
    fn skip_line(&mut self) {
        self.skip(self.rest.find_byte(b'\n').unwrap_or(self.rest.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let options = options(text.as_bytes());
        options.iter().map(|o| format!("{} {}={}", o.line, o.name.lossy(), o.value.lossy())).collect()
    }

    #[test]
    fn forms_of_a_hook() {
        for (text, expected) in [
            ("DPkg::Post-Invoke {\"/bin/true\";};", "1 DPkg::Post-Invoke=/bin/true"),
            ("DPkg::Post-Invoke:: \"/bin/true\";", "1 DPkg::Post-Invoke=/bin/true"),
            ("DPkg::Post-Invoke \"/bin/true\"", ""),
            ("DPkg\n{\n  Post-Invoke { \"a\"; };\n};", "3 DPkg::Post-Invoke=a"),
            ("DPkg { Post-Invoke { \"a\"; \"b\" } }", "1 DPkg::Post-Invoke=a 1 DPkg::Post-Invoke=b"),
            ("// DPkg::Post-Invoke {\"x\";};\n# y \"z\";\n/* a \"b\"; */ A \"c//d\";", "3 A=c//d"),
            ("#clear DPkg::Post-Invoke;\nA::B true;", "2 A::B=true"),
            ("A \"1\"; B { C \"2\"; }; D \"3\";", "1 A=1 1 B::C=2 1 D=3"),
            ("A {\"one\ntwo\";\n\"three\";};", "1 A=one\ntwo 3 A=three"),
        ] {
            assert_eq!(said(text).join(" "), expected, "{text}");
        }
    }
    #[test]
    fn hostile_forms_take_no_longer_than_others() {
        for piece in ["{", "A {", "}", "\"", "A::B \"x\";", "/*", "//", "A B C "] {
            assert!(options(piece.repeat(200_000).as_bytes()).len() <= MAX_OPTIONS);
        }
    }
    #[test]
    fn mutated_settings_never_panic() {
        let real: &[u8] = b"// Pre-configure all packages with debconf before they are installed.\n\
            DPkg::Pre-Install-Pkgs {\"/usr/sbin/dpkg-preconfigure --apt || true\";};\n\
            APT { NeverAutoRemove { \"^firmware-linux.*\"; }; Periodic::Enable \"1\"; };\n\
            APT::Update::Post-Invoke { \"rm -f /var/cache/apt/*.bin || true\"; };\n";
        crate::mutate::check(&[real], |bytes| !options(bytes).is_empty());
    }
}
