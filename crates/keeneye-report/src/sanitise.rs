//! The one sanitiser: what the host named becomes text that can do nothing but be read.
//!
//! Every sink sends every value through here. What could move a cursor, hide, reorder or split a line is written as
//! `\xNN` (a byte: C0 controls, DEL, bytes that are no UTF-8) or `\u{NNNN}` (a character). A backslash that could be
//! taken for the beginning of such a mark is doubled, so that the shown form leads back to exactly one name.

use keeneye_facts::Text;

/// Characters of a value that a line of text shows; longer ones end in a note of how much is left out.
pub const SHOWN: usize = 600;
/// Characters of a value that JSON keeps as text; the exact bytes stand beside it.
pub const KEPT: usize = 8192;

/// The whole value, made harmless.
pub fn clean(value: impl AsRef<[u8]>) -> String {
    bounded(value, usize::MAX)
}

/// At most `max` characters of the value, made harmless; `…(+17 bytes)` says how many bytes are not shown.
pub fn bounded(value: impl AsRef<[u8]>, max: usize) -> String {
    let bytes = value.as_ref();
    let mut out = Clean {
        text: String::with_capacity(bytes.len().min(max)),
        last: bytes.len(),
        shown: 0,
        length: 0,
        pending: false,
    };
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if out.length >= max {
                return out.cut(bytes.len());
            }
            out.char(c);
        }
        for byte in chunk.invalid() {
            if out.length >= max {
                return out.cut(bytes.len());
            }
            out.byte(*byte);
        }
    }
    out.finish()
}

/// The value as one word without blanks, for formats where blanks separate fields.
pub fn word(value: impl AsRef<[u8]>) -> String {
    bounded(value, SHOWN).replace(' ', "\\x20")
}

/// The exact bytes in hexadecimal, when the shown form is not the very value.
pub fn exact(value: &Text, shown: &str) -> Option<String> {
    (shown.as_bytes() != value.as_slice()).then(|| value.hex())
}

/// True for what a terminal or a browser does not simply draw in its place: controls, bidirectional marks, characters
/// that have no width, every blank but the plain one, tags, variation selectors, noncharacters.
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

struct Clean {
    text: String,
    /// Length of the whole value in bytes.
    last: usize,
    /// Bytes of the value that are in `text`.
    shown: usize,
    /// Characters of `text`.
    length: usize,
    /// A backslash that waits for the next character to tell whether it must be doubled.
    pending: bool,
}

impl Clean {
    fn char(&mut self, c: char) {
        let edge = self.shown == 0 || self.shown + 1 == self.last;
        self.settle(matches!(c, '\\' | 'x' | 'u') || is_hostile(c) || (c == ' ' && edge));
        self.shown += c.len_utf8();
        match c {
            '\\' => self.pending = true,
            ' ' if edge => self.text.push_str("\\x20"),
            c if c.is_ascii_control() => self.mark(c as u8),
            c if is_hostile(c) => {
                self.length += 8;
                self.text.push_str(&format!("\\u{{{:04x}}}", u32::from(c)));
            }
            c => {
                self.length += 1;
                self.text.push(c);
            }
        }
    }
    fn byte(&mut self, byte: u8) {
        self.settle(true);
        self.shown += 1;
        self.mark(byte);
    }
    fn mark(&mut self, byte: u8) {
        self.length += 4;
        self.text.push_str(&format!("\\x{byte:02x}"));
    }
    fn settle(&mut self, doubled: bool) {
        if std::mem::take(&mut self.pending) {
            self.text.push_str(if doubled { "\\\\" } else { "\\" });
        }
    }
    fn cut(mut self, all: usize) -> String {
        self.settle(false);
        self.text.push_str(&format!("…(+{} bytes)", all.saturating_sub(self.shown)));
        self.text
    }
    fn finish(mut self) -> String {
        self.settle(false);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_could_deceive_is_written_out() {
        for (raw, shown) in [
            (&b"/usr/bin/sshd"[..], "/usr/bin/sshd"),
            (b"a\x1b[2Jb", "a\\x1b[2Jb"),
            (b"a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd"),
            (b"\x7f", "\\x7f"),
            ("\u{85}".as_bytes(), "\\u{0085}"),
            ("gpj.\u{202e}exe".as_bytes(), "gpj.\\u{202e}exe"),
            ("a\u{200b}b\u{feff}".as_bytes(), "a\\u{200b}b\\u{feff}"),
            ("\u{2028}\u{e0041}".as_bytes(), "\\u{2028}\\u{e0041}"),
            ("a\u{a0}b".as_bytes(), "a\\u{00a0}b"),
            (b"\xff\xfe", "\\xff\\xfe"),
            (b" a b ", "\\x20a b\\x20"),
            ("Zürich/東京".as_bytes(), "Zürich/東京"),
        ] {
            assert_eq!(clean(raw), shown);
        }
    }
    #[test]
    fn a_backslash_is_doubled_only_where_it_could_be_a_mark() {
        for (raw, shown) in [
            (&b"C:\\dir"[..], "C:\\dir"),
            (b"a\\x1b", "a\\\\x1b"),
            (b"a\\\x1b", "a\\\\\\x1b"),
            (b"a\\\\", "a\\\\\\"),
            (b"\\u{202e}", "\\\\u{202e}"),
            (b"a\\", "a\\"),
        ] {
            assert_eq!(clean(raw), shown);
        }
    }
    #[test]
    fn two_names_never_look_the_same() {
        let alphabet: [&[u8]; 9] = [b"\\", b"x", b"u", b"1", b"b", b"\x1b", b"\xff", b" ", "\u{202e}".as_bytes()];
        let mut names: Vec<Vec<u8>> = vec![Vec::new()];
        for _ in 0..4 {
            let longer: Vec<Vec<u8>> =
                names.iter().flat_map(|n| alphabet.iter().map(move |a| [n.as_slice(), a].concat())).collect();
            names.extend(longer);
            names.sort();
            names.dedup();
        }
        let mut seen = BTreeMap::new();
        for name in names {
            if let Some(other) = seen.insert(clean(&name), name.clone()) {
                panic!("{name:?} and {other:?} are both shown as {}", clean(&name));
            }
        }
    }
    #[test]
    fn a_long_value_says_how_much_is_left_out() {
        assert_eq!(bounded("ä".repeat(10), 4), "ääää…(+12 bytes)");
        assert_eq!(bounded("abcd", 4), "abcd");
        assert_eq!(bounded(vec![0_u8; 5000], 8).len(), "\\x00\\x00…(+4998 bytes)".len());
    }
    #[test]
    fn exact_bytes_stand_beside_only_what_differs() {
        assert_eq!(exact(&"plain".into(), &clean("plain")), None);
        assert_eq!(exact(&"\u{1b}".into(), &clean("\u{1b}")), Some("1b".into()));
        assert_eq!(word("/tmp/a b"), "/tmp/a\\x20b");
    }
}
