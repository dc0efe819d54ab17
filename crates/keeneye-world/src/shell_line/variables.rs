//! Variables whose value stands in the same text.

use super::ShellCommand;
use super::lexer::Word;
use std::collections::BTreeMap;

/// Variables that are remembered.
const MAX_VARIABLES: usize = 500;
/// Bytes of one value.
const MAX_VALUE: usize = 8 << 10;
/// Bytes that values may put into all words together.
const MAX_ALL: usize = 512 << 10;

pub(super) struct Variables {
    known: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Bytes that values have put into words.
    put: usize,
}

impl Default for Variables {
    /// `IFS` separates words without a blank: `curl${IFS}x`.
    fn default() -> Self {
        Self { known: [(b"IFS".to_vec(), b" ".to_vec())].into(), put: 0 }
    }
}

impl Variables {
    /// The words that a word becomes: variables are replaced, and outside of quotes their values taken apart.
    pub(super) fn expand(&mut self, word: Word) -> Vec<Word> {
        if !word.uses.iter().any(|one| self.known.contains_key(&one.name)) {
            return vec![word];
        }
        let (mut words, mut text, mut from) = (Vec::new(), Vec::new(), 0);
        for one in &word.uses {
            let Some(value) = self.known.get(&one.name).filter(|value| self.put + value.len() <= MAX_ALL) else {
                continue;
            };
            self.put += value.len();
            text.extend_from_slice(word.text.get(from..one.at.start).unwrap_or_default());
            from = one.at.end;
            if one.quoted {
                text.extend_from_slice(value);
                continue;
            }
            for (index, part) in value.split(u8::is_ascii_whitespace).enumerate() {
                if index > 0 && !text.is_empty() {
                    words.push(std::mem::take(&mut text));
                }
                text.extend_from_slice(part);
            }
        }
        text.extend_from_slice(word.text.get(from..).unwrap_or_default());
        if !text.is_empty() || words.is_empty() && word.quoted {
            words.push(text);
        }
        let mut nested = word.nested;
        let quoted = |text| Word { text, nested: std::mem::take(&mut nested), quoted: true, uses: Vec::new() };
        words.into_iter().map(quoted).collect()
    }

    /// What a word is as one: the value behind `NAME=`, the file behind `>`.
    pub(super) fn expand_whole(&mut self, mut word: Word) -> Word {
        word.uses.iter_mut().for_each(|one| one.quoted = true);
        self.expand(word).into_iter().next().unwrap_or_default()
    }

    /// Learns what a command assigns, by itself or by `export NAME=value` and its like. What a substitution gives is
    /// not known.
    pub(super) fn learn(&mut self, command: &ShellCommand) {
        let by_words = match command.words.first().map(|word| word.as_slice()) {
            Some(b"export" | b"declare" | b"typeset" | b"readonly" | b"local") => command.words.get(1..),
            _ => None,
        };
        let by_words = by_words.unwrap_or_default().iter().filter_map(|word| super::assignment(word));
        let own = command.assignments.iter().map(|(name, value)| (name.as_slice(), value.as_slice()));
        for (name, value) in own.chain(by_words) {
            let unknown = [b"$(".as_slice(), b"`", b"<("].iter().any(|open| bstr::ByteSlice::contains_str(value, open));
            if unknown || value.len() > MAX_VALUE {
                self.known.remove(name);
            } else if self.known.len() < MAX_VARIABLES || self.known.contains_key(name) {
                self.known.insert(name.to_vec(), value.to_vec());
            }
        }
    }
    /// `NAME+=value`: what it is then.
    pub(super) fn appended(&self, name: &[u8], value: &[u8]) -> Vec<u8> {
        [self.known.get(name).map_or(&b""[..], Vec::as_slice), value].concat()
    }
}
