//! Lines and words of sudoers(5): continuation, comments, quotes, escapes.

use crate::Look;
use bstr::ByteSlice;
use keeneye_facts::{Refusal, Text};

/// Longest line with all that continues it, in bytes.
const MAX_LINE: usize = 256 << 10;

/// Lines with their continuations joined and comments taken away, with the number of the first. Blank ones are left
/// out.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<(u32, Vec<u8>)>,
    /// The first that was too long.
    cut: Option<u32>,
}

impl Lines {
    pub(super) fn tell_cut(&self, look: &mut Look<'_>, path: &Text) {
        if let Some(line) = self.cut {
            look.gap(path.clone(), Refusal::Cut(format!("line {line} is longer than {MAX_LINE} bytes")));
        }
    }
}

pub(super) fn logical_lines(text: &[u8]) -> Lines {
    let mut lines = Vec::new();
    let mut cut = None;
    let mut open: Option<(u32, Vec<u8>)> = None;
    for (number, line) in (1_u32..).zip(text.lines()) {
        let (first, mut joined) = open.take().unwrap_or((number, Vec::new()));
        let kept = if is_include(&joined, line) { line } else { uncommented(line) };
        let continues = kept.len() == line.len() && kept.ends_with(b"\\") && !kept.ends_with(b"\\\\");
        let piece = if continues { kept.get(..kept.len() - 1).unwrap_or_default() } else { kept };
        if joined.len() + piece.len() < MAX_LINE {
            joined.extend_from_slice(piece);
        } else {
            cut.get_or_insert(first);
        }
        if continues {
            joined.push(b' ');
            open = Some((first, joined));
        } else {
            lines.push((first, joined));
        }
    }
    lines.extend(open);
    for (_, line) in &mut lines {
        *line = line.trim_ascii().to_vec();
    }
    lines.retain(|(_, line)| !line.is_empty());
    Lines { lines, cut }
}

/// `#include` and `#includedir` are no comments.
fn is_include(before: &[u8], line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let rest = line.strip_prefix(b"#includedir").or_else(|| line.strip_prefix(b"#include"));
    before.is_empty() && rest.and_then(|rest| rest.first()).is_some_and(u8::is_ascii_whitespace)
}

/// A `#` begins a comment unless it is escaped, in quotes, or begins a number: `#1000`, `%#27`.
fn uncommented(line: &[u8]) -> &[u8] {
    let (mut quoted, mut escaped, mut before) = (false, false, b' ');
    for (index, byte) in line.iter().copied().enumerate() {
        let word_start = before.is_ascii_whitespace() || b"%=,(!:>@".contains(&before);
        let number = || line.get(index + 1).is_some_and(|next| next.is_ascii_digit() || *next == b'-');
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'#' if !(quoted || word_start && number()) => return line.get(..index).unwrap_or(line),
            _ => (),
        }
        before = byte;
    }
    line
}

/// Where the first of these bytes stands that is not escaped, in quotes or in parentheses.
pub(super) fn find(text: &[u8], any: &[u8]) -> Option<usize> {
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_usize);
    for (index, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => (),
            _ if depth == 0 && any.contains(byte) => return Some(index),
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => (),
        }
    }
    None
}

/// The text before and behind the first of such bytes.
pub(super) fn split<'a>(text: &'a [u8], any: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = find(text, any)?;
    Some((text.get(..at)?.trim_ascii(), text.get(at + 1..)?.trim_ascii()))
}

/// Parts between commas; empty ones are left out.
pub(super) fn list(mut text: &[u8]) -> Vec<Text> {
    let mut found = Vec::new();
    while let Some((one, rest)) = split(text, b",") {
        found.push(plain(one));
        text = rest;
    }
    found.push(plain(text));
    found.retain(|one| !one.is_empty());
    found
}

/// Without quotes and escapes, and without blanks behind `!`.
pub(super) fn plain(word: &[u8]) -> Text {
    let mut kept = Vec::with_capacity(word.len());
    let mut escaped = false;
    for byte in word.trim_ascii().iter().copied() {
        match byte {
            _ if escaped => {
                kept.push(byte);
                escaped = false;
            }
            b'\\' => escaped = true,
            b'"' => (),
            _ if byte.is_ascii_whitespace() && kept.ends_with(b"!") => (),
            _ => kept.push(byte),
        }
    }
    Text::from(kept)
}
