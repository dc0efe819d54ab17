//! Variables that an entry is started with and that make other code run.

use super::entry;
use crate::Look;
use bstr::ByteSlice;
use keeneye_facts::{Autostart, Text};

/// Variables whose value names code: the dynamic linker's, and those that shells and interpreters read at their start.
const CODE: [&[u8]; 9] = [
    b"LD_PRELOAD",
    b"LD_AUDIT",
    b"LD_LIBRARY_PATH",
    b"SHELL",
    b"BASH_ENV",
    b"ENV",
    b"PYTHONSTARTUP",
    b"PERL5OPT",
    b"PROMPT_COMMAND",
];

/// True for a variable whose value makes code run.
pub(super) fn is_code(name: &[u8]) -> bool {
    CODE.contains(&name)
}

/// Tells a variable as an entry of its own, when its value makes code run. `of` says where it stands.
pub(super) fn saw(look: &mut Look<'_>, of: &Autostart, line: u32, name: &[u8], value: &[u8]) {
    if !is_code(name) || value.is_empty() {
        return;
    }
    let command = Text::from([name, b"=", value].concat());
    let named: Vec<Text> = value
        .split(|b| *b == b':' || b.is_ascii_whitespace())
        .filter(|word| word.starts_with(b"/"))
        .map(Text::from)
        .collect();
    let entry = Autostart { line: Some(line), when: Text::from("environment"), command, ..of.clone() };
    entry::saw(look, entry, named);
}

/// `NAME=value` words, as settings of units and environment files have them.
pub(super) fn assignment(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = word.split_once_str("=")?;
    let is_name = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    is_name.then_some((name, value))
}
