//! Scripts that are entries as a whole: what they would run.

use super::entry;
use super::places::Place;
use super::programs::{self, Shell};
use crate::{AskHost, Look, shell_line};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, Refusal, Text};

/// Scripts above this size are not read, in bytes; their path is all that is told.
const MAX_SIZE: u64 = 1 << 20;

/// Tells a file that is started because of where it lies. Its command is the script without comments, its programs are
/// the file itself and what it runs. A script that nobody may execute is dormant.
pub(super) fn saw(look: &mut Look<'_>, place: &Place, entry: Autostart) {
    let dormant = entry.dormant || !place.stat.executable();
    saw_read(look, place, Autostart { dormant, ..entry });
}

/// The same for a file that a shell reads, which needs no right to be executed.
pub(super) fn saw_read(look: &mut Look<'_>, place: &Place, entry: Autostart) {
    let text = text_of(look, place).unwrap_or_default();
    if shell_line::is_cut(&text) {
        look.gap(place.target.clone(), Refusal::Cut("256 KiB, 2,000 commands a script".into()));
    }
    let mut named = vec![place.target.clone()];
    if is_shell(&text) {
        named.extend(programs::of_shell_in(&text, &Shell::default()));
    }
    entry::saw(look, Autostart { path: place.target.clone(), command: commands(&text), ..entry }, named);
}

/// What is no program of the machine: a shell runs a script whatever bytes stand in its comments.
fn text_of(look: &mut Look<'_>, place: &Place) -> Option<Text> {
    if place.stat.size <= MAX_SIZE {
        return look.optional_read(&place.target).filter(|text| text.starts_with(b"#!") || is_text(text));
    }
    let head = look.host().head(&place.target);
    look.count(1, u64::from(head.is_ok()));
    match head {
        Ok(head) if head.starts_with(b"\x7fELF") => (),
        Ok(_) => look.gap(place.target.clone(), Refusal::Cut("1 MiB a script".into())),
        Err(why) => look.gap(place.target.clone(), why),
    }
    None
}

/// Lines without comments, empty ones left out.
pub(super) fn commands(text: &[u8]) -> Text {
    let lines = text.lines().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    Text::from(bstr::join("\n", lines))
}

fn is_text(text: &[u8]) -> bool {
    !text.iter().take(4096).any(|b| *b == 0)
}

/// Read by a shell: by its first line, or without one by whoever starts it.
fn is_shell(text: &[u8]) -> bool {
    let Some(line) = text.strip_prefix(b"#!") else { return true };
    let line = line.lines().next().unwrap_or_default();
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.any(|word| {
        let name = word.rsplit(|b| *b == b'/').next().unwrap_or_default();
        // `openrc-run` and `rc` run shell too.
        name.ends_with(b"sh") || name == b"openrc-run" || name == b"runscript" || name == b"rc"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn comments_are_no_commands() {
        let text = b"#!/bin/sh\n# a\n\n  run it  \n\texit 0 # done\n";
        assert_eq!(commands(text), Text::from("run it\nexit 0 # done"));
    }
    #[test]
    fn who_reads_a_script() {
        for text in ["#!/bin/sh -e", "#! /usr/bin/env bash\n", "echo", "#!/sbin/openrc-run\n"] {
            assert!(is_shell(text.as_bytes()), "{text}");
        }
        for text in ["#!/usr/bin/python3\n", "#!/usr/bin/env perl", "#!"] {
            assert!(!is_shell(text.as_bytes()), "{text}");
        }
    }
}
