//! Aliases that a line of a start file defines, split into words as POSIX 2.2 (Quoting) says.

use bstr::ByteSlice;
use keeneye_facts::Text;

/// How deep `eval` within `eval` is followed.
const MAX_EVALS: usize = 2;

/// A word without its quotes; `None` is what ends a command.
type Word = Option<Vec<u8>>;

/// Every `NAME=BODY` behind `alias`, wherever in the line, without quotes. A body whose quote is not closed goes to the
/// end of the line.
pub fn aliases(line: &[u8]) -> Vec<(Text, Text)> {
    let mut found = Vec::new();
    if line.contains_str("alias") {
        collect(line, MAX_EVALS, &mut found);
    }
    found
}

fn collect(line: &[u8], evals: usize, found: &mut Vec<(Text, Text)>) {
    let (mut defining, mut evaluating) = (false, false);
    for word in words(line) {
        let Some(word) = word else {
            (defining, evaluating) = (false, false);
            continue;
        };
        if defining && let Some((name, body)) = word.split_once_str("=") {
            found.push((Text::from(name), Text::from(body)));
        } else if evaluating && evals > 0 && word.contains_str("alias") {
            collect(&word, evals - 1, found);
        }
        defining |= word == b"alias";
        evaluating |= word == b"eval";
    }
}

fn words(line: &[u8]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut word: Word = None;
    let mut quote = None;
    let mut bytes = line.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(b'"'), b'\\') if bytes.peek().is_some_and(|next| b"\"\\$`".contains(next)) => {
                word.get_or_insert_default().extend(bytes.next());
            }
            (Some(_), _) => word.get_or_insert_default().push(byte),
            (None, b'\'' | b'"') => {
                word.get_or_insert_default();
                quote = Some(byte);
            }
            (None, b'\\') => word.get_or_insert_default().extend(bytes.next()),
            (None, b'#') if word.is_none() => break,
            (None, b';' | b'&' | b'|' | b'(' | b')') => {
                words.extend(word.take().map(Some));
                words.push(None);
            }
            (None, _) if byte.is_ascii_whitespace() => words.extend(word.take().map(Some)),
            (None, _) => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word.map(Some));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> String {
        let pairs = aliases(line.as_bytes());
        pairs.iter().map(|(name, body)| format!("{}={};", name.lossy(), body.lossy())).collect()
    }

    #[test]
    fn every_name_of_the_line_is_read() {
        for (line, wanted) in [
            ("alias ls=x", "ls=x;"),
            ("alias\tls='ls -l'", "ls=ls -l;"),
            ("alias -- q=ls ss=\"ss | grep -v 4444\"", "q=ls;ss=ss | grep -v 4444;"),
            ("[ -x /x ]&&alias a='b c';alias d=e # alias f=g", "a=b c;d=e;"),
            ("\\alias ps='a'\"b\"\\ c", "ps=ab c;"),
            ("if true; then alias ps='it'\\''s'; fi", "ps=it's;"),
            ("eval \"alias ps='ps | cat'\"", "ps=ps | cat;"),
            ("alias ps='not closed | x", "ps=not closed | x;"),
        ] {
            assert_eq!(said(line), wanted, "{line}");
        }
    }
    #[test]
    fn what_defines_none_gives_none() {
        for line in ["# alias ls=x", "unalias ls", "echo 'alias ls=x'", "alias; ls=x", "myalias ls=x", "alias ls"] {
            assert_eq!(said(line), "", "{line}");
        }
    }
    #[test]
    fn hostile_lines_take_no_longer_than_others() {
        for piece in ["alias a=", "eval 'alias ", "\\", "\"'", "eval \"alias "] {
            assert!(aliases(piece.repeat(100_000).as_bytes()).len() <= 200_000);
        }
    }
}
