//! What the content of a file is like: the headers of a program, the lines of a script that do what is worth telling.
//! Pure. The door gives this in place of the content, so that a recording holds neither whole sites nor their
//! passwords.

mod elf;
mod page;
mod php;
mod settings;
#[cfg(test)]
mod tests;

use crate::reduce;
use bstr::ByteSlice;
use keeneye_facts::{Does, ScriptShape, Shape, ShapeLine, Text};
pub use settings::{MAX_TOLD as MAX_SETTINGS, Setting, is_settings, setting};

/// Bytes that are read of one file.
pub const MAX_BYTES: u64 = 16 << 20;
/// Bytes of a script that are looked into.
const MAX_SCRIPT: usize = 2 << 20;
/// Bytes that are kept of one line.
const MAX_LINE: usize = 240;

/// The shape of a file: `bytes` are its first [`MAX_BYTES`], `cut` when there are more.
pub fn of(path: &Text, bytes: &[u8], cut: bool) -> Shape {
    let name = path.file_name();
    if bytes.starts_with(b"\x7fELF") {
        return elf::read(bytes, cut).map_or(Shape::Other, Shape::Elf);
    }
    if is_settings(path) {
        return Shape::Settings(shown(bytes, &settings::read(bytes)));
    }
    let part = bytes.get(..MAX_SCRIPT).unwrap_or(bytes);
    let cut = cut || part.len() < bytes.len();
    let ends = |end: &[u8]| name.to_ascii_lowercase().split(|b| *b == b'.').skip(1).any(|part| part.starts_with(end));
    let (language, (found, more)) = if part.contains_str("<?php") || part.contains_str("<?=") || ends(b"ph") {
        ("php", php::read(bytes))
    } else if ends(b"jsp") {
        ("jsp", (page::jsp(part), false))
    } else if part.starts_with(b"#!") || ends(b"cgi") {
        ("cgi", (page::cgi(part), false))
    } else {
        return Shape::Other;
    };
    Shape::Script(ScriptShape {
        language: language.into(),
        lines: shown(bytes, &found),
        longest: part.lines().map(<[u8]>::len).max().unwrap_or(0) as u64,
        cut: cut || more,
    })
}

/// The lines themselves, without their secrets, and cut.
fn shown(bytes: &[u8], found: &[(u32, Does)]) -> Vec<ShapeLine> {
    let mut shown = Vec::new();
    let mut found = found.iter().peekable();
    for (index, line) in bytes.lines().enumerate() {
        while let Some((number, does)) = found.next_if(|(number, _)| *number as usize == index + 1) {
            shown.push(ShapeLine { number: *number, does: *does, text: Text::from(cut(line)) });
        }
        if found.peek().is_none() {
            break;
        }
    }
    shown
}

fn cut(line: &[u8]) -> Vec<u8> {
    let line = line.trim_ascii();
    let mut kept = line.get(..MAX_LINE).unwrap_or(line).to_vec();
    reduce::line(&mut kept);
    kept
}
