//! Lines that switch the history of a shell off: bash(1), zshparam(1), tcsh(1).

use super::{assignment, command_of, unquoted};
use bstr::ByteSlice;

/// The line keeps its shell from writing down what is typed.
pub fn keeps_none(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let code = line.find(" #").and_then(|at| line.get(..at)).unwrap_or(line);
    !code.starts_with(b"#") && code.split(|b| b";&|{}".contains(b)).any(switches_off)
}

fn switches_off(command: &[u8]) -> bool {
    let command = command.trim_ascii();
    let command =
        [&b"then "[..], b"else ", b"do "].iter().find_map(|word| command.strip_prefix(*word)).unwrap_or(command);
    let plain = command_of(command);
    let exported = plain.len() < command.len();
    let words: Vec<&[u8]> = plain.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    let is_history = |word: &&[u8]| matches!(*word, b"HISTFILE" | b"history" | b"savehist");
    match words.as_slice() {
        [b"unset", names @ ..] => names.iter().any(is_history),
        [b"set", b"+o", b"history"] => true,
        [b"set", rest @ ..] => matches!(bstr::concat(rest).as_slice(), b"history=0" | b"savehist=0"),
        [b"setenv", b"HISTFILE", b"/dev/null"] => true,
        // Before a command an assignment is for that command alone.
        words if exported || words.iter().all(|word| assignment(word).is_some()) => {
            words.iter().any(|word| is_off(word))
        }
        _ => false,
    }
}

/// `HISTSIZE=0`, `HISTFILE=/dev/null`, `HISTFILE=`.
fn is_off(word: &[u8]) -> bool {
    let Some((name, value)) = assignment(word) else { return false };
    let value = unquoted(value);
    match name {
        b"HISTSIZE" | b"HISTFILESIZE" | b"SAVEHIST" => value == b"0",
        b"HISTFILE" => value.is_empty() || value == b"/dev/null",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::keeps_none;
    #[test]
    fn ways_to_switch_it_off() {
        for line in [
            "HISTSIZE=0",
            "export HISTSIZE=0 HISTFILESIZE=0",
            "HISTFILE=/dev/null; export HISTFILE",
            "export HISTFILE='/dev/null'",
            "readonly HISTFILE=\"\"",
            "declare -x HISTFILE=",
            "unset HISTFILE",
            "[ -n \"$PS1\" ] && unset HISTFILE HISTSIZE",
            "if true; then HISTFILE=/dev/null; fi",
            "set +o history",
            "SAVEHIST=0 # quiet",
            "set history = 0",
            "unset savehist",
            "setenv HISTFILE /dev/null",
        ] {
            assert!(keeps_none(line.as_bytes()), "{line}");
        }
        for line in [
            "HISTSIZE=1000",
            "HISTSIZE=",
            "HISTFILESIZE=-1",
            "HISTFILE=~/.history",
            "# HISTSIZE=0",
            "HISTFILE=/dev/null mysql -u x",
            "echo HISTSIZE=0",
            "unset PS1",
            "set -o history",
            "HISTCONTROL=ignoreboth",
            "",
        ] {
            assert!(!keeps_none(line.as_bytes()), "{line}");
        }
    }
    #[test]
    fn mutated_lines_never_panic() {
        crate::mutate::check(&[b"export HISTFILE=/dev/null; unset HISTFILE && set +o history"], |bytes| {
            keeps_none(bytes) || !bytes.is_empty()
        });
    }
}
