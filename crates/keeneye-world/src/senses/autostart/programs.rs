//! Which programs and scripts a command runs.

use bstr::ByteSlice;
use keeneye_facts::Text;

/// Paths that a line of shell runs.
pub(super) fn of_shell(line: &[u8]) -> Vec<Text> {
    let word = |b: u8| b.is_ascii_whitespace() || b"'\"();&|<>".contains(&b);
    line.split(|b| word(*b)).find(|word| word.starts_with(b"/")).map(Text::from).into_iter().collect()
}
