//! Commands that `echo` and `printf` say to a shell.

use super::ShellCommand;
use super::lexer::escape;

/// What it writes, escapes resolved; `None` when it is another command.
pub(super) fn text(command: &ShellCommand) -> Option<Vec<u8>> {
    let (_, arguments) = command.effective().split_first()?;
    let option =
        |word: &[u8]| word.len() > 1 && word.starts_with(b"-") && word.iter().skip(1).all(|b| b"neE-".contains(b));
    let words: Vec<&[u8]> = arguments.iter().map(|word| word.as_slice()).skip_while(|word| option(word)).collect();
    match command.name() {
        b"echo" => Some(unescaped(&bstr::join(" ", words))),
        b"printf" => {
            let (format, values) = words.split_first()?;
            Some(unescaped(&bstr::join(" ", formatted(format, values))))
        }
        _ => None,
    }
}

/// Values in the places of a format: `%s`, one after the other. What is left over stands behind it.
fn formatted<'a>(format: &'a [u8], values: &[&'a [u8]]) -> Vec<Vec<u8>> {
    let (mut text, mut rest, mut values) = (Vec::new(), format, values.iter());
    while let Some((byte, behind)) = rest.split_first() {
        match (byte, behind.first()) {
            (b'%', Some(b's' | b'b')) => {
                text.extend_from_slice(values.next().copied().unwrap_or_default());
                rest = behind.get(1..).unwrap_or_default();
            }
            (b'%', Some(b'%')) => {
                text.push(b'%');
                rest = behind.get(1..).unwrap_or_default();
            }
            _ => {
                text.push(*byte);
                rest = behind;
            }
        }
    }
    std::iter::once(text).chain(values.map(|value| value.to_vec())).collect()
}

fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest) = (Vec::new(), text);
    while let Some((byte, behind)) = rest.split_first() {
        if *byte == b'\\' {
            let (byte, length) = escape(rest);
            plain.push(byte);
            rest = rest.get(length..).unwrap_or_default();
        } else {
            plain.push(*byte);
            rest = behind;
        }
    }
    plain
}
